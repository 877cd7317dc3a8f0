import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startProber, type Prober } from "./prober.ts";

const check = { path: "/health", intervalMs: 50, timeoutMs: 100, healthy: 2, unhealthy: 2 };

describe("health checks", () => {
  let server: Server;
  let port: number;
  let answers: (number | "silence")[];
  let asked: number;
  let prober: Prober | null;
  beforeEach(async () => {
    answers = [];
    asked = 0;
    prober = null;
    server = createServer((request, response) => {
      expect(request.url).toBe("/health");
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      asked += 1;
      if (answer !== "silence") response.writeHead(answer ?? 200).end("x".repeat(10));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    port = (server.address() as AddressInfo).port;
  });
  afterEach(async () => {
    prober?.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  /** Every verdict that was called out, until there are `count`. */
  const verdicts = (count: number, before: boolean | null): Promise<(string | boolean | null)[]> =>
    new Promise((resolve) => {
      const seen: (string | boolean | null)[] = [];
      prober = startProber(port, check, before, () => {
        const now = prober?.current();
        seen.push(now?.healthy ?? null, now?.reason ?? "");
        if (seen.length >= count * 2) resolve(seen);
      });
    });

  it("call out only changes: starting, up, down, up", async () => {
    answers = [503, 503, 200, 204, 200, 500, 500, 302, 200];
    expect(await verdicts(4, null)).toEqual([
      null,
      "GET /health answered 503",
      true,
      "",
      false,
      "GET /health answered 500",
      true,
      "",
    ]);
  });

  it("overlook a single failure of what is up", async () => {
    answers = [200, 500, 200, 500, 200, 404, 404];
    expect(await verdicts(1, true)).toEqual([false, "GET /health answered 404"]);
    expect(asked).toBe(7);
  });

  it("take silence for a failure", async () => {
    answers = ["silence"];
    expect(await verdicts(1, null)).toEqual([null, "GET /health gave no answer within 100 ms"]);
  });

  it("say when nothing listens", async () => {
    const free = port;
    await new Promise((resolve) => server.close(resolve));
    expect(await verdicts(1, null)).toEqual([null, `GET /health: nothing listens on port ${free}`]);
    server = createServer().listen(0);
  });

  it("stop when told to", async () => {
    answers = [200];
    await verdicts(1, null);
    prober?.stop();
    const before = asked;
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(asked).toBeLessThanOrEqual(before + 1);
  });
});
