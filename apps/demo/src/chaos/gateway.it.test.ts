import { afterAll, beforeAll, describe, expect, onTestFailed, test } from "vitest";
import { finished, startSurely, whyFailed } from "./commands.ts";
import { listenOn } from "./free-port.ts";
import { gatewayPid } from "./invariants.ts";
import { signalTo } from "./processes.ts";
import { pause, until } from "./until.ts";
import type { Shop, World } from "./world.ts";
import { createWorld, openShop } from "./world.ts";

describe("the gateway, killed", () => {
  let world: World;
  let shop: Shop;

  beforeAll(async () => {
    world = await createWorld();
    shop = await openShop(world);
  });

  afterAll(async () => {
    await shop?.load.stop();
    await world?.dispose();
  });

  /** Answers that clients get from now on. */
  async function answersAgain(): Promise<void> {
    const before = answered();
    await until("clients get answers again", () => answered() > before + 20);
  }

  const answered = () => Object.values(shop.load.report().byVersion).reduce((sum, each) => sum + each, 0);

  async function balancer() {
    const [found] = await world.client.call("listLoadBalancers", { params: { application: "shop" } });
    if (!found) throw new Error("there is no load balancer");
    return found;
  }

  function killGateway(): number {
    const pid = gatewayPid(world.dataDirectory);
    signalTo(pid, "SIGKILL");
    return pid;
  }

  test("a gateway killed under load is started again with what it had, and clients are served again", async () => {
    onTestFailed(() => void process.stderr.write(world.log().slice(-10_000)));
    await until("the load balancer is up", async () => (await balancer()).state === "up");
    const before = await balancer();
    const killed = killGateway();
    await until("another gateway runs", () => gatewayPid(world.dataDirectory) !== killed);
    await answersAgain();
    await until("it is up and has the same in force", async () => {
      const now = await balancer();
      return now.state === "up" && now.generationInForce === now.generation && now.generation >= before.generation;
    });
    expect((await balancer()).targets).toMatchObject(
      before.targets.map(({ serverGroup, requestedPercent }) => ({ serverGroup, requestedPercent })),
    );
  });

  test("a gateway that finds its port taken says so, and serves again once the port is free", async () => {
    onTestFailed(() => void process.stderr.write(world.log().slice(-10_000)));
    await world.server().kill();
    killGateway();
    const thief = await until("the port is free", () => listenOn(shop.port).catch(() => null));
    await world.restart();
    await until("the load balancer is down for that reason", async () => {
      const { state, reason } = await balancer();
      return state === "down" && new RegExp(`127\\.0\\.0\\.1:${shop.port} is already in use`).test(reason);
    });
    await new Promise((resolve) => thief.close(resolve));
    await until("the load balancer is up", async () => (await balancer()).state === "up");
    await answersAgain();
  });

  test("gateway and server killed together come back together", async () => {
    onTestFailed(() => void process.stderr.write(world.log().slice(-10_000)));
    const killed = killGateway();
    await world.server().kill();
    await world.restart();
    await until("another gateway runs", () => gatewayPid(world.dataDirectory) !== killed);
    await answersAgain();
  });

  test(
    "a run goes on to its end although the gateway is killed several times meanwhile",
    { timeout: 240_000 },
    async () => {
      onTestFailed(() => void process.stderr.write(world.log().slice(-10_000)));
      const { versions, client } = world;
      const id = await startSurely(client, shop.ship, {
        artifact: versions.v2,
        current: versions.v1,
        pass: "75",
        marginal: "40",
      });
      const done = finished(client, id);
      const ended = { yet: false };
      void done.finally(() => (ended.yet = true)).catch(() => undefined);
      for (let kills = 0; kills < 5 && !ended.yet; kills += 1) {
        const killed = killGateway();
        await until("another gateway runs", () => gatewayPid(world.dataDirectory) !== killed);
        await answersAgain();
        for (let waited = 0; waited < 2_500 && !ended.yet; waited += 50) await pause(50);
      }
      const execution = await done;
      // A gateway counts anew after each start, so that a window may be judged on too little: then the canary is not promoted.
      expect([execution.status, whyFailed(execution).replace(/:.*/s, "")]).toBeOneOf([
        ["SUCCEEDED", ""],
        ["TERMINAL", "canary.noData"],
      ]);
      const groups = (await client.call("listClusters", { params: { application: "shop" } })).flatMap(
        (cluster) => cluster.serverGroups,
      );
      expect(groups.filter((group) => group.canaryRole !== null)).toEqual([]);
      expect(groups.filter((group) => !group.disabled)).toHaveLength(1);
      expect(
        (await balancer()).targets.map(({ requestedPercent }) => requestedPercent).filter((percent) => percent > 0),
      ).toEqual([100]);
      await answersAgain();
    },
  );
});
