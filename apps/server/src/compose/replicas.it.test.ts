import { createServer } from "node:http";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestServer } from "@gennaker/testkit/server/start-server.ts";
import { ServerEnded, startServer } from "@gennaker/testkit/server/start-server.ts";
import { afterEach, describe, expect, test, vi } from "vitest";
import { call, send } from "./fixtures/http.ts";

const started: TestServer[] = [];
afterEach(async () => {
  // The database belongs to the first one: it ends last.
  for (const server of started.splice(0).reverse()) await server.end();
});
async function start(...options: Parameters<typeof startServer>): Promise<TestServer> {
  const server = await startServer(...options);
  started.push(server);
  return server;
}
const joining = (first: TestServer, ...flags: string[]) =>
  start({ flags: ["--database-url", readFileSync(join(first.data, "run", "database.url"), "utf8").trim(), ...flags] });

async function runWait(url: string, waitTime: number): Promise<string> {
  const body = { application: "shop", description: "wait", job: [{ type: "wait", waitTime }] };
  return ((await send(url, "POST", "/api/v1/operations", body)).json() as { id: string }).id;
}
const statusOf = async (url: string, id: string) =>
  ((await call(url, `/api/v1/executions/${id}`)).json() as { status: string }).status;

describe("replicas on one database", () => {
  test("each does its roles; a second one works while the first does not", async () => {
    const first = await start({ flags: ["--role", "api,controller"] });
    const id = await runWait(first.url, 0);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    // Nobody here runs tasks.
    expect(["NOT_STARTED", "RUNNING"]).toContain(await statusOf(first.url, id));
    const worker = await joining(first, "--role", "worker");
    await vi.waitFor(async () => expect(await statusOf(first.url, id)).toBe("SUCCEEDED"), {
      timeout: 20_000,
      interval: 100,
    });
    // It serves no API, but says how it is.
    expect((await call(worker.url, "/health")).json()).toEqual({ status: "UP" });
    expect((await call(worker.url, "/metrics")).text).toContain("gennaker_build_info");
    expect((await call(worker.url, "/api/v1/system")).json()).toMatchObject({
      status: 404,
      detail: expect.stringContaining("serves no API"),
    });
    expect((await call(worker.url, "/health", { headers: { host: "evil.example" } })).status).toBe(403);
  });

  test("a run of one that was stopped goes on at the other", async () => {
    const first = await start({ flags: ["--role", "api,controller"] });
    const second = await joining(first, "--role", "api,worker");
    const third = await joining(first, "--role", "worker");
    const id = await runWait(second.url, 4);
    await vi.waitFor(async () => expect(await statusOf(second.url, id)).toBe("RUNNING"), {
      timeout: 10_000,
      interval: 50,
    });
    expect(await second.stop()).toBe(0);
    await vi.waitFor(async () => expect(await statusOf(first.url, id)).toBe("SUCCEEDED"), {
      timeout: 30_000,
      interval: 200,
    });
    expect(third.log()).not.toContain('"level":50');
  });
});

describe("a start that fails", () => {
  test("leaves nothing behind: a taken port, then a good start on the same directory", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const data = mkdtempSync(join(tmpdir(), "gennaker-test-"));
    try {
      const { port } = other.address() as AddressInfo;
      const failed = await startServer({ data, flags: ["--port", String(port)] }).catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(ServerEnded);
      expect(failed).toMatchObject({
        code: 1,
        log: expect.stringMatching(/port \d+ of 127\.0\.0\.1 is taken\. .*--port/),
      });
      expect(existsSync(join(data, "run", "database.url"))).toBe(false);
      const server = await start({ data });
      expect((await call(server.url, "/health")).status).toBe(200);
    } finally {
      other.close();
      await Promise.all(started.splice(0).map((server) => server.end()));
      rmSync(data, { recursive: true, force: true });
    }
  });

  test("says what is wrong with a setting, and uses 2", async () => {
    await expect(startServer({ flags: ["--role", "king"] })).rejects.toMatchObject({
      code: 2,
      log: expect.stringContaining("--role"),
    });
  });

  test("a second one on the same directory is refused with the first's pid", async () => {
    const first = await start();
    await expect(startServer({ data: first.data })).rejects.toMatchObject({
      code: 1,
      log: expect.stringContaining(String(first.pid)),
    });
    expect((await call(first.url, "/health")).status).toBe(200);
  });
});
