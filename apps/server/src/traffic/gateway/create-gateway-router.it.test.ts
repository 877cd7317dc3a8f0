import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { createGatewayClient } from "@gennaker/gateway-config/client.ts";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { GatewayRouter } from "./create-gateway-router.ts";
import type { Scene } from "./fixtures/scene.ts";
import { freePort, gatewayScene, listen, operation } from "./fixtures/scene.ts";

const patience = { timeout: 20_000, interval: 50 };
const ref = { account: "local", region: "local", name: "web" };
const healthCheck = { path: "/", intervalMs: 200, timeoutMs: 200, healthy: 1, unhealthy: 2 };

describe("the router with a real gateway", () => {
  let scene: Scene;
  let router: GatewayRouter;
  let port: number;
  beforeEach(async () => {
    scene = await gatewayScene();
    await scene.addGroup("a");
    await scene.addGroup("b");
    port = await freePort();
    router = scene.router();
    await router.start();
  });
  afterEach(() => scene.end());

  const spec = () => ({ ...ref, application: "shop", port, healthCheck });
  const status = () => createGatewayClient(router.adminSocket).status();
  const ask = async () => (await fetch(`http://127.0.0.1:${port}/`)).text();
  const audits = async () =>
    (await scene.database.query<{ action: string }>("select action from platform_audit order by id")).map(
      (row) => row.action,
    );

  async function up(of: GatewayRouter = router) {
    await vi.waitFor(
      async () =>
        expect(await of.loadBalancer(ref)).toMatchObject({
          state: "up",
          reason: "",
          targets: [{ healthyInstances: 1 }, { healthyInstances: 1 }],
        }),
      patience,
    );
  }

  async function serve() {
    await router.upsertLoadBalancer(operation("u"), spec());
    await up();
  }

  async function confirmed(generation: number) {
    await vi.waitFor(
      async () => expect(await router.confirmedGeneration(ref)).toBeGreaterThanOrEqual(generation),
      patience,
    );
  }

  test("starts the gateway with the first load balancer, leads traffic as pinned, and does what is asked twice once", async () => {
    expect(await router.loadBalancers({})).toEqual([]);
    await serve();
    expect(["a", "b"]).toContain(await ask());
    const { generation } = await router.setWeights(operation("w"), ref, [
      { serverGroup: "a", percent: 0 },
      { serverGroup: "b", percent: 100 },
    ]);
    await confirmed(generation);
    expect(await Promise.all(Array.from({ length: 20 }, ask))).toEqual(Array(20).fill("b"));
    expect(
      (await router.loadBalancer(ref))?.targets.map((target) => [target.pinnedPercent, target.requestedPercent]),
    ).toEqual([
      [0, 0],
      [100, 100],
    ]);
    const before = await audits();
    await router.upsertLoadBalancer(operation("u"), spec());
    expect(
      await router.setWeights(operation("w"), ref, [
        { serverGroup: "a", percent: 0 },
        { serverGroup: "b", percent: 100 },
      ]),
    ).toEqual({ generation });
    expect(await audits()).toEqual(before);
    expect(before).toEqual(["loadBalancer.upsert", "loadBalancer.setWeights"]);
    await router.deleteLoadBalancer(operation("d"), ref);
    await vi.waitFor(async () => expect((await status()).loadBalancers).toEqual([]), patience);
    await router.deleteLoadBalancer(operation("d"), ref);
    expect((await audits()).at(-1)).toBe("loadBalancer.delete");
  });

  test("adopts the running gateway, and the killed one comes back with its traffic", async () => {
    await serve();
    const { pid } = await status();
    await router.stop();
    expect(["a", "b"]).toContain(await ask());
    router = scene.router();
    await router.start();
    await up();
    expect((await status()).pid).toBe(pid);
    process.kill(pid, "SIGKILL");
    await vi.waitFor(async () => expect((await status()).pid).not.toBe(pid), patience);
    await up();
    expect(["a", "b"]).toContain(await ask());
  });

  test("goes on above the gateway when the database was restored from an older copy", async () => {
    await serve();
    for (const percent of [10, 20, 30])
      await router.setWeights(operation(`w${percent}`), ref, [{ serverGroup: "a", percent }]);
    const { generation } = await status();
    await scene.database.query("update gateway_generation set generation = $1, content_hash = null", [generation - 2]);
    const changed = await router.setWeights(operation("after"), ref, [
      { serverGroup: "a", percent: 100 },
      { serverGroup: "b", percent: 0 },
    ]);
    await vi.waitFor(async () => expect((await status()).generation).toBeGreaterThan(generation), patience);
    await confirmed(changed.generation);
    expect(await Promise.all(Array.from({ length: 10 }, ask))).toEqual(Array(10).fill("a"));
  });

  test("says why a load balancer is down when its port is taken, and heals when it is free", async () => {
    const other = createServer((_request, response) => response.end("other"));
    await listen(other, port);
    await router.upsertLoadBalancer(operation("u"), spec());
    await vi.waitFor(
      async () =>
        expect(await router.loadBalancer(ref)).toMatchObject({
          state: "down",
          reason: expect.stringContaining(String(port)),
        }),
      patience,
    );
    await new Promise((resolve) => {
      other.close(resolve);
      other.closeAllConnections();
    });
    await up();
    expect(["a", "b"]).toContain(await ask());
  });

  test("keeps all of many changes made at once", async () => {
    const names = Array.from({ length: 8 }, (_each, index) => `g${index}`);
    for (const name of names) await scene.addGroup(name);
    await router.upsertLoadBalancer(operation("u"), spec());
    const done = await Promise.all(
      names.map((serverGroup, index) =>
        router.patchWeights(operation(serverGroup), ref, [{ serverGroup, percent: index + 1 }]),
      ),
    );
    expect(new Set(done.map((each) => each.generation)).size).toBe(names.length);
    const pins = (await router.loadBalancer(ref))?.targets
      .filter((target) => target.pinnedPercent !== null)
      .map((target) => target.pinnedPercent);
    expect(pins).toEqual(names.map((_name, index) => index + 1));
    await confirmed(Math.max(...done.map((each) => each.generation)));
  });

  test("gives a leaving instance no new requests", async () => {
    await serve();
    const group = scene.groups[0];
    if (group === undefined) throw new Error("no group");
    scene.groups[0] = {
      ...group,
      instances: group.instances.map((instance) => ({ ...instance, state: "stopping" as const })),
    };
    scene.tell(group);
    await vi.waitFor(
      async () => expect((await status()).loadBalancers[0]?.serverGroups[0]?.instances[0]?.state).toBe("draining"),
      patience,
    );
    expect(await Promise.all(Array.from({ length: 20 }, ask))).toEqual(Array(20).fill("b"));
    expect(await router.inFlight(ref, "a")).toBe(0);
  });

  test("has a gateway of another version hand over, once, without a failed request", async () => {
    await serve();
    const { pid } = await status();
    await router.stop();
    const failures: unknown[] = [];
    let going = true;
    const load = (async () => {
      while (going) await ask().catch((error: unknown) => failures.push(error));
    })();
    const main = fileURLToPath(new URL("../../../../gateway/src/main.ts", import.meta.url));
    router = scene.router({ program: { main, version: "999.0.0" } });
    await router.start();
    const successor = (await status()).pid;
    expect(successor).not.toBe(pid);
    await up();
    going = false;
    await load;
    expect(failures).toEqual([]);
    await router.stop();
    router = scene.router();
    await router.start();
    expect((await status()).pid).toBe(successor);
  });

  test("another replica sees what the owner's gateway says, and its changes reach it", async () => {
    const follower = scene.router({ owns: () => false });
    await follower.start();
    await follower.upsertLoadBalancer(operation("u"), spec());
    await up(follower);
    const { generation } = await follower.setWeights(operation("w"), ref, [
      { serverGroup: "a", percent: 100 },
      { serverGroup: "b", percent: 0 },
    ]);
    await vi.waitFor(
      async () => expect(await follower.confirmedGeneration(ref)).toBeGreaterThanOrEqual(generation),
      patience,
    );
    expect(await Promise.all(Array.from({ length: 10 }, ask))).toEqual(Array(10).fill("a"));
    expect(await follower.inFlight(ref, "a")).toBe(0);
    await router.stop();
    await scene.database.query("update gateway_report set reported_at = now() - interval '1 hour'");
    expect(await follower.loadBalancer(ref)).toMatchObject({
      state: "down",
      reason: expect.stringContaining("not heard of lately"),
    });
  });
});
