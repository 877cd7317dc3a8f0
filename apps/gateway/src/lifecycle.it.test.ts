import { readFileSync, statSync, writeFileSync } from "node:fs";
import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, describe, expect, it } from "vitest";

import type { Snapshot } from "@gennaker/gateway-config/snapshot.ts";

import type { Backend } from "./testing/backend.ts";
import { onHead, saying, startBackend, startRawBackend } from "./testing/backend.ts";
import { sendMany, startLoad } from "./testing/load.ts";
import type { GatewayUnderTest } from "./testing/process.ts";
import { balancer, exitOf, freePort, group, instance, startGateway, until } from "./testing/process.ts";
import { bodyOf, connectRaw, exchangeRaw, statusOf } from "./testing/raw.ts";

/** The admin API, what is kept, kills, drains and handovers of real processes. */
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function gatewayWith(
  handler = saying("up"),
): Promise<{ gateway: GatewayUnderTest; backend: Backend; port: number; snapshot: Snapshot }> {
  const gateway = await startGateway();
  stops.push(gateway.stop);
  const backend = await startBackend(handler);
  stops.push(backend.stop);
  const port = await freePort();
  const healthCheck = { path: "/", intervalMs: 200, timeoutMs: 150, healthy: 1, unhealthy: 3 };
  const groups = [group("shop-v000", 100, [instance("i-1", backend.port)])];
  const snapshot = { generation: 7, loadBalancers: [balancer(port, groups, { healthCheck })] };
  await gateway.client.putSnapshot(snapshot);
  await until("it serves", async () => statusOf(await exchangeRaw(port, get)) === 200);
  return { gateway, backend, port, snapshot };
}

const get = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

describe("snapshots", () => {
  it("are private, idempotent, and never go back", async () => {
    const { gateway, snapshot } = await gatewayWith();
    expect(statSync(gateway.socket).mode & 0o777).toBe(0o600);
    expect(await gateway.client.putSnapshot(snapshot)).toEqual({ generation: 7, changed: false });
    expect(await gateway.client.getSnapshot()).toEqual(snapshot);
    const empty = { generation: 7, loadBalancers: [] };
    await expect(gateway.client.putSnapshot(empty)).rejects.toMatchObject({ status: 409, generation: 7 });
    await expect(gateway.client.putSnapshot({ ...snapshot, generation: 6 })).rejects.toMatchObject({
      status: 409,
      code: "staleGeneration",
      message: "generation 6 is older than 7, which is in force",
    });
    expect(JSON.parse(readFileSync(gateway.stateFile, "utf8"))).toEqual(snapshot);
  });

  it("that are wrong change nothing and say where", async () => {
    const { gateway, snapshot, port } = await gatewayWith();
    const wrong = structuredClone(snapshot);
    wrong.generation = 8;
    (wrong.loadBalancers[0] as { port: number }).port = 0;
    await expect(gateway.client.putSnapshot(wrong)).rejects.toMatchObject({
      status: 400,
      problems: [{ pointer: "/loadBalancers/0/port" }],
    });
    expect((await gateway.client.status()).generation).toBe(7);
    expect(statusOf(await exchangeRaw(port, get))).toBe(200);
  });

  it("whose port is taken, also by another gateway, come into force but for that port, which opens once it is free", async () => {
    const { gateway, snapshot, port: first } = await gatewayWith();
    const other = await gatewayWith();
    const [shop] = snapshot.loadBalancers;
    const taken = net.createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    stops.push(() => new Promise((resolve) => taken.close(() => resolve())));
    const free = (taken.address() as net.AddressInfo).port;
    const problemOf = async (name: string) =>
      (await gateway.client.status()).loadBalancers.find((each) => each.name === name)?.portProblem;
    const added = (generation: number, port: number) => ({
      generation,
      loadBalancers: [...snapshot.loadBalancers, { ...balancer(port, shop?.serverGroups ?? []), name: "second" }],
    });
    for (const [index, port] of [other.port, free].entries()) {
      expect(await gateway.client.putSnapshot(added(8 + index, port))).toMatchObject({ changed: true });
      expect(await problemOf("second")).toMatch(/already in use by another process/);
      expect(await problemOf(shop?.name ?? "")).toBe(undefined);
      expect(statusOf(await exchangeRaw(first, get))).toBe(200);
    }
    await new Promise<void>((resolve) => taken.close(() => resolve()));
    await until("the port is open", async () => (await problemOf("second")) === undefined);
    expect(statusOf(await exchangeRaw(free, get))).toBe(200);
  });

  it("that move to a taken port leave the load balancer where it was until the port is free", async () => {
    const { gateway, snapshot, port } = await gatewayWith();
    const taken = net.createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const moved = (taken.address() as net.AddressInfo).port;
    const [shop] = snapshot.loadBalancers;
    if (shop === undefined) throw new Error("there is no load balancer");
    await gateway.client.putSnapshot({ generation: 8, loadBalancers: [{ ...shop, port: moved }] });
    expect(statusOf(await exchangeRaw(port, get))).toBe(200);
    await new Promise<void>((resolve) => taken.close(() => resolve()));
    await until(
      "it has moved",
      async () => (await gateway.client.status()).loadBalancers[0]?.portProblem === undefined,
    );
    expect(statusOf(await exchangeRaw(moved, get))).toBe(200);
    await expect(exchangeRaw(port, get)).rejects.toThrow("nobody listens");
  });

  it("survive a restart without one of their ports", async () => {
    const { gateway, snapshot, port } = await gatewayWith();
    const second = await freePort();
    const [shop] = snapshot.loadBalancers;
    await gateway.client.putSnapshot({
      generation: 8,
      loadBalancers: [...snapshot.loadBalancers, { ...balancer(second, shop?.serverGroups ?? []), name: "second" }],
    });
    const gone = exitOf(gateway.process);
    gateway.process.kill("SIGKILL");
    await gone;
    const taken = net.createServer();
    await new Promise<void>((resolve) => taken.listen(second, "127.0.0.1", resolve));
    stops.push(() => new Promise((resolve) => taken.close(() => resolve())));
    await gateway.startAnother();
    await until("the other port serves", async () => statusOf(await exchangeRaw(port, get)) === 200);
    expect((await gateway.client.status()).loadBalancers[1]?.portProblem).toMatch(/already in use/);
  });

  it("open and close ports as load balancers come and go", async () => {
    const { gateway, backend, port } = await gatewayWith();
    const moved = await freePort();
    const groups = [group("shop-v000", 100, [instance("i-1", backend.port)])];
    await gateway.client.putSnapshot({ generation: 8, loadBalancers: [balancer(moved, groups)] });
    expect(bodyOf(await exchangeRaw(moved, get))).toContain("up");
    await expect(exchangeRaw(port, get)).rejects.toThrow("nobody listens");
  });

  it("survive kill -9, and the metrics start anew", async () => {
    const { gateway, port, snapshot } = await gatewayWith();
    const gone = exitOf(gateway.process);
    gateway.process.kill("SIGKILL");
    await gone;
    const again = await gateway.startAnother();
    expect(again.pid).not.toBe(gateway.process.pid);
    expect(statusOf(await exchangeRaw(port, get))).toBe(200);
    expect(await gateway.client.getSnapshot()).toEqual(snapshot);
    expect(await gateway.client.status()).toMatchObject({ generation: 7, pid: again.pid, stateProblem: null });
    expect(readFileSync(gateway.pidFile, "utf8").trim()).toBe(String(again.pid));
  });

  it("that were damaged on disk are moved aside, and the gateway comes up", async () => {
    const { gateway, snapshot } = await gatewayWith();
    const gone = exitOf(gateway.process);
    gateway.process.kill("SIGKILL");
    await gone;
    writeFileSync(gateway.stateFile, '{"generation": 7, "loadBal');
    await gateway.startAnother();
    const { generation, stateProblem } = await gateway.client.status();
    expect(generation).toBe(0);
    const aside = /moved to (\S+)$/.exec(stateProblem ?? "")?.[1] ?? "";
    expect(readFileSync(aside, "utf8")).toBe('{"generation": 7, "loadBal');
    expect(await gateway.client.putSnapshot(snapshot)).toMatchObject({ changed: true });
  });
});

describe("a second gateway on one socket", () => {
  it("is refused", async () => {
    const { gateway } = await gatewayWith();
    await expect(gateway.startAnother()).rejects.toThrow(/left with 3: .*another gateway serves/s);
  });
});

describe("draining", () => {
  it("ends requests and upgraded streams first, then the process", async () => {
    const { gateway, port } = await gatewayWith((request, response) => {
      if (request.url === "/slow") setTimeout(() => response.end("late"), 400);
      else response.end("up");
    });
    const idle = connectRaw(port);
    idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await idle.waitFor("up");
    const slow = exchangeRaw(port, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    await until("it is under way", async () => (await gateway.client.status()).loadBalancers[0]?.inFlight === 1);
    await gateway.client.drain(10_000);
    // A kept connection is still answered once, and told to close.
    idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    expect((await idle.closed()).text).toMatch(/Connection: close/i);
    expect(bodyOf(await slow)).toBe("late");
    expect(await exitOf(gateway.process)).toBe(0);
    await expect(exchangeRaw(port, get)).rejects.toThrow("nobody listens");
  });

  it("waits for a WebSocket and cuts it only at the limit", async () => {
    const { gateway, port, snapshot } = await gatewayWith();
    const raw = await startRawBackend((socket) => {
      socket.resume();
      onHead(socket, (head) => {
        if (head.includes("Upgrade"))
          socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n");
        else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      });
    });
    stops.push(raw.stop);
    const groups = [group("shop-v000", 100, [instance("i-ws", raw.port)])];
    await gateway.client.putSnapshot({
      generation: 8,
      loadBalancers: [{ ...balancer(port, groups), name: snapshot.loadBalancers[0]?.name ?? "" }],
    });
    const client = connectRaw(port);
    client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n");
    await client.waitFor("101");
    await gateway.client.drain(1_000);
    await sleep(300);
    expect(gateway.process.exitCode).toBe(null);
    expect((await gateway.client.status()).loadBalancers[0]?.inFlight).toBe(1);
    await client.closed();
    expect(await exitOf(gateway.process)).toBe(0);
  });

  it("happens on SIGTERM too", async () => {
    const { gateway } = await gatewayWith();
    gateway.process.kill("SIGTERM");
    expect(await exitOf(gateway.process)).toBe(0);
  });
});

describe("handover", () => {
  it("to a successor under load fails no request, again and again", async () => {
    const { gateway, port, snapshot } = await gatewayWith();
    const loads = [
      startLoad({ port, clients: 6, keepAlive: true }),
      startLoad({ port, clients: 2, keepAlive: true, method: "POST" }),
      startLoad({ port, clients: 8, keepAlive: false }),
    ];
    for (let round = 1; round <= 5; round += 1) {
      const pid = await gateway.takeOver();
      expect(await gateway.client.status()).toMatchObject({ pid, generation: 6 + round });
      expect(readFileSync(gateway.pidFile, "utf8").trim()).toBe(String(pid));
      expect(statSync(gateway.socket).mode & 0o777).toBe(0o600);
      await gateway.client.putSnapshot({ ...snapshot, generation: 7 + round });
    }
    for (const load of loads) await load.stop();
    expect(loads.flatMap((load) => load.failures)).toEqual([]);
    for (const load of loads) expect(load.answers).toBeGreaterThan(50);
    expect([...(await sendMany(port, 10)).keys()]).toEqual(["up"]);
  });

  it("to a program that does not start changes nothing", async () => {
    const { gateway, port } = await gatewayWith();
    const program = { execPath: process.execPath, main: "/nowhere/main.ts", args: [], env: {} };
    await expect(gateway.client.handOver(program)).rejects.toMatchObject({ status: 503, code: "handoverFailed" });
    expect(statusOf(await exchangeRaw(port, get))).toBe(200);
    expect(await gateway.client.status()).toMatchObject({ draining: false, pid: gateway.process.pid });
  });
});
