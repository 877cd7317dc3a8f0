import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import type { LoadBalancer, ServerGroup } from "@gennaker/gateway-config/snapshot.ts";

import type { Backend } from "./testing/backend.ts";
import { onHead, saying, startBackend, startRawBackend } from "./testing/backend.ts";
import { sendMany, startLoad } from "./testing/load.ts";
import type { GatewayUnderTest } from "./testing/process.ts";
import { balancer, freePort, group, instance, startGateway, until } from "./testing/process.ts";
import { bodyOf, exchangeRaw, statusOf } from "./testing/raw.ts";

/** Where requests go: weights, switches, draining, retries, health, header routes, mirrors. */
describe("traffic", () => {
  let gateway: GatewayUnderTest;
  let port: number;
  let generation = 0;
  const stops: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    gateway = await startGateway();
    port = await freePort();
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });
  afterAll(() => gateway.stop());

  async function backend(text: string): Promise<Backend> {
    const started = await startBackend(saying(text));
    stops.push(started.stop);
    return started;
  }

  async function put(groups: ServerGroup[], more: Partial<LoadBalancer> = {}): Promise<void> {
    generation += 1;
    await gateway.client.putSnapshot({ generation, loadBalancers: [balancer(port, groups, more)] });
  }

  const get = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  const healthCheck = { path: "/health", intervalMs: 100, timeoutMs: 80, healthy: 2, unhealthy: 2 };
  const status = async () => {
    const first = (await gateway.client.status()).loadBalancers[0];
    if (!first) throw new Error("no load balancer");
    return first;
  };
  const metric = async (name: string, serverGroup: string): Promise<number> => {
    const line = new RegExp(`^${name}\\{[^}]*server_group="${serverGroup}"[^}]*\\} (\\S+)$`, "m");
    return Number(line.exec(await gateway.client.metrics())?.[1]);
  };

  describe("weights", () => {
    it("are kept exactly, to one request per group", async () => {
      const [a, b, c] = [await backend("a"), await backend("b"), await backend("c")];
      await put([
        group("a", 89.5, [instance("a-1", a.port)]),
        group("b", 10, [instance("b-1", b.port)]),
        group("c", 0.5, [instance("c-1", c.port)]),
      ]);
      const by = await sendMany(port, 4000);
      expect(Math.abs((by.get("a") ?? 0) - 3580)).toBeLessThanOrEqual(3);
      expect(Math.abs((by.get("b") ?? 0) - 400)).toBeLessThanOrEqual(3);
      expect(Math.abs((by.get("c") ?? 0) - 20)).toBeLessThanOrEqual(3);
    });

    it("of a group without healthy instances go to the others, and status says so", async () => {
      const a = await backend("a");
      const gone = await freePort();
      await put([group("a", 30, [instance("a-2", a.port)]), group("b", 70, [instance("b-2", gone)])], { healthCheck });
      await until("a is healthy", async () => (await status()).serverGroups[0]?.healthyInstances === 1);
      expect(await sendMany(port, 50)).toEqual(new Map([["a", 50]]));
      expect((await status()).serverGroups).toMatchObject([
        { name: "a", weight: 30, share: 100 },
        { name: "b", weight: 70, share: 0, reason: "noHealthyInstance" },
      ]);
    });

    it("of 0 never take over: 503 at once, in words", async () => {
      const a = await backend("a");
      await put([group("a", 0, [instance("a-3", a.port)]), group("b", 100, [instance("b-3", 1, "draining")])]);
      const answer = await exchangeRaw(port, get);
      expect(statusOf(answer)).toBe(503);
      expect(JSON.parse(bodyOf(answer)).error).toMatchObject({
        code: "noHealthyInstance",
        loadBalancer: "shop",
        message: "no instance of b is healthy",
      });
      expect(a.seen).toHaveLength(0);
    });

    it("inside a group are even, or follow what is in flight", async () => {
      const [fast, fast2] = [await backend("one"), await backend("two")];
      await put([group("a", 100, [instance("x", fast.port), instance("y", fast2.port)])]);
      expect(await sendMany(port, 100)).toEqual(
        new Map([
          ["one", 50],
          ["two", 50],
        ]),
      );
      const slow = await startBackend((_request, response) => setTimeout(() => response.end("slow"), 200));
      stops.push(slow.stop);
      const groups = [group("a", 100, [instance("x", fast.port), instance("z", slow.port)])];
      await put(groups, { algorithm: "least-in-flight" });
      const by = await sendMany(port, 200);
      expect(by.get("one")).toBeGreaterThan((by.get("slow") ?? 0) * 3);
    });
  });

  describe("switches under load", () => {
    it("of weights fail no request", async () => {
      const [a, b] = [await backend("a"), await backend("b")];
      const groups = (share: number) => [
        group("a", 100 - share, [instance("a-5", a.port)]),
        group("b", share, [instance("b-5", b.port)]),
      ];
      await put(groups(0));
      const loads = [
        startLoad({ port, clients: 8, keepAlive: true }),
        startLoad({ port, clients: 4, keepAlive: false }),
        startLoad({ port, clients: 4, keepAlive: true, method: "POST" }),
      ];
      for (let round = 0; round < 40; round += 1) {
        await put(groups([0, 10, 50, 100, 35][round % 5] as number));
        await sleep(20);
      }
      await put(groups(100));
      const before = a.seen.length;
      await sleep(100);
      expect(a.seen.length).toBe(before);
      for (const load of loads) await load.stop();
      expect(loads.flatMap((load) => load.failures)).toEqual([]);
      expect(b.seen.length).toBeGreaterThan(100);
    });

    it("draining and removal of instances, then their stop, fail no request", async () => {
      let serving = [await startBackend(saying("v0")), await startBackend(saying("v0"))];
      const active = (backends: Backend[]) => backends.map((each) => instance(`i-${each.port}`, each.port));
      await put([group("a", 100, active(serving))]);
      const loads = [
        startLoad({ port, clients: 8, keepAlive: true }),
        startLoad({ port, clients: 4, keepAlive: true, method: "POST" }),
      ];
      for (let round = 1; round <= 12; round += 1) {
        const next = [await startBackend(saying(`v${round}`)), await startBackend(saying(`v${round}`))];
        const leaving = serving.map((each) => instance(`i-${each.port}`, each.port, "draining"));
        await put([group("a", 100, [...active(next), ...leaving])]);
        await until("the old instances are empty", async () => {
          const { instances = [] } = (await status()).serverGroups[0] ?? {};
          return instances.filter(({ state }) => state === "draining").every(({ inFlight }) => inFlight === 0);
        });
        for (const old of serving) await old.stop();
        await put([group("a", 100, active(next))]);
        serving = next;
        await sleep(30);
      }
      for (const load of loads) await load.stop();
      for (const each of serving) await each.stop();
      expect(loads.flatMap((load) => load.failures)).toEqual([]);
      expect(loads[0]?.by.get("v12")).toBeGreaterThan(0);
    });

    it("an instance that dies without a word fails no repeatable request", async () => {
      const [a, b] = [await backend("a"), await backend("b")];
      await put([group("a", 100, [instance("a-6", a.port), instance("b-6", b.port)])], { healthCheck });
      await until("both are healthy", async () => (await status()).serverGroups[0]?.healthyInstances === 2);
      const load = startLoad({ port, clients: 8, keepAlive: true });
      await sleep(100);
      await b.stop();
      await until("it is taken out", async () => (await status()).serverGroups[0]?.healthyInstances === 1);
      await sleep(50);
      await load.stop();
      expect(load.failures).toEqual([]);
      expect((await status()).serverGroups[0]?.instances[1]).toMatchObject({
        health: "unhealthy",
        reason: expect.any(String),
      });
    });
  });

  describe("retries", () => {
    const closing = async (answerAfter: "head" | "never") => {
      let heads = 0;
      const raw = await startRawBackend((socket) => {
        if (answerAfter === "never") socket.destroy();
        else
          onHead(socket, () => {
            heads += 1;
            socket.destroy();
          });
      });
      stops.push(raw.stop);
      return { ...raw, heads: () => heads };
    };

    it("send an idempotent request to another instance, its body included", async () => {
      const bad = await closing("head");
      const good = await startBackend((request, response) => request.pipe(response));
      stops.push(good.stop);
      await put([group("retried", 100, [instance("bad", bad.port), instance("good", good.port)])]);
      const message = "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody";
      const answers = [await exchangeRaw(port, message), await exchangeRaw(port, message)];
      expect(answers.map(bodyOf).every((text) => text.includes("body"))).toBe(true);
      expect(bad.heads()).toBe(1);
      expect(await metric("gateway_retries_total", "retried")).toBe(1);
    });

    it("never send a POST twice once it left", async () => {
      const bad = await closing("head");
      const good = await backend("good");
      await put([group("b", 100, [instance("bad", bad.port), instance("good", good.port)])]);
      const message = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody";
      const statuses = [statusOf(await exchangeRaw(port, message)), statusOf(await exchangeRaw(port, message))];
      expect(statuses.sort((a, b) => a - b)).toEqual([200, 502]);
      expect(bad.heads() + good.seen.length).toBe(2);
    });

    it("send a POST elsewhere when no connection came about", async () => {
      const good = await backend("good");
      await put([group("c", 100, [instance("gone", await freePort()), instance("good", good.port)])]);
      for (let round = 0; round < 4; round += 1) {
        const text = await exchangeRaw(
          port,
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx",
        );
        expect(statusOf(text)).toBe(200);
      }
    });

    it("end with 502 and every instance that was tried", async () => {
      await put([group("d", 100, [instance("one", await freePort()), instance("two", await freePort())])]);
      const answer = JSON.parse(bodyOf(await exchangeRaw(port, get)));
      expect(answer.error).toMatchObject({ status: 502, serverGroup: "d" });
      expect(answer.error.attempts.map(({ instance: id }: { instance: string }) => id).sort()).toEqual(["one", "two"]);
    });

    it("try another instance when one is too slow for a try", async () => {
      const slow = await startRawBackend(() => {});
      stops.push(slow.stop);
      const good = await backend("good");
      const groups = [group("e", 100, [instance("slow", slow.port), instance("good", good.port)])];
      await put(groups, { retries: { attempts: 1, perTryTimeoutMs: 100 } });
      for (let round = 0; round < 2; round += 1) expect(bodyOf(await exchangeRaw(port, get))).toContain("good");
    });
  });

  describe("health", () => {
    it("needs a first pass, is lost and regained by thresholds", async () => {
      let code = 500;
      const checked = await startBackend((request, response) => {
        response.writeHead(request.url === "/health" ? code : 200).end("up");
      });
      stops.push(checked.stop);
      await put([group("h", 100, [instance("h-1", checked.port)])], { healthCheck });
      expect(statusOf(await exchangeRaw(port, get))).toBe(503);
      await until(
        "it is unhealthy",
        async () => (await status()).serverGroups[0]?.instances[0]?.health === "unhealthy",
      );
      expect((await status()).serverGroups[0]?.instances[0]?.reason).toBe("GET /health answered 500");
      code = 200;
      await until("it is healthy", async () => (await status()).serverGroups[0]?.instances[0]?.health === "healthy");
      expect(statusOf(await exchangeRaw(port, get))).toBe(200);
    });
  });

  describe("header routes and mirrors", () => {
    it("send a request by its header whatever the weight", async () => {
      const [a, b] = [await backend("a"), await backend("b")];
      const groups = [group("a", 100, [instance("a-9", a.port)]), group("b", 0, [instance("b-9", b.port)])];
      await put(groups, { headerRoutes: [{ header: "X-Version", value: "next", serverGroup: "b" }] });
      expect(await sendMany(port, 5, { "x-version": "next" })).toEqual(new Map([["b", 5]]));
      expect(await sendMany(port, 5, { "x-version": "Next" })).toEqual(new Map([["a", 5]]));
    });

    it("copy their share, body included, and drop the answers", async () => {
      const bodies: string[] = [];
      const a = await backend("a");
      const m = await startBackend((request, response) => {
        request.on("data", (piece: Buffer) => bodies.push(piece.toString()));
        request.on("end", () => response.writeHead(500).end("mirror"));
      });
      stops.push(m.stop);
      const groups = [group("a", 100, [instance("a-8", a.port)]), group("m", 0, [instance("m-8", m.port)])];
      await put(groups, { mirror: { serverGroup: "m", percent: 25 } });
      const message = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody";
      for (let round = 0; round < 20; round += 1) expect(bodyOf(await exchangeRaw(port, message))).toContain("a");
      await until("the copies arrived", () => bodies.length === 5);
      expect(bodies).toEqual(Array.from({ length: 5 }, () => "body"));
      expect(await metric("gateway_mirrored_requests_total", "m")).toBe(5);
    });
  });
});
