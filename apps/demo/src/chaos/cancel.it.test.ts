import type { Execution, Stage } from "@gennaker/contract/resources/execution.ts";
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from "vitest";
import { finished, startSurely } from "./commands.ts";
import { until } from "./until.ts";
import type { Shop, World } from "./world.ts";
import { createWorld, openShop } from "./world.ts";

describe("runs that are canceled or left alone", () => {
  let world: World;
  let shop: Shop;

  beforeAll(async () => {
    world = await createWorld();
    shop = await openShop(world, { lifetime: "PT4S", interval: "PT4S" });
  });

  afterAll(async () => {
    await shop?.load.stop();
    await world?.dispose();
  });

  /** Whether the run is at a stage of this type, below the stage with this refId of the pipeline. */
  function isAt(execution: Execution, refId: string, type: string): boolean {
    const below = (stage: Stage): boolean => {
      const parent = execution.stages.find(({ id }) => id === stage.parentStageId);
      return stage.refId === refId && parent === undefined ? true : parent !== undefined && below(parent);
    };
    return execution.stages.some((stage) => stage.type === type && stage.status === "RUNNING" && below(stage));
  }

  async function groups() {
    return (await world.client.call("listClusters", { params: { application: "shop" } })).flatMap(
      (cluster) => cluster.serverGroups,
    );
  }

  const isJudging = (execution: Execution) =>
    execution.stages.some(
      (stage) =>
        stage.type === "kayentaCanary" &&
        stage.tasks.some(({ name, status }) => name === "runCanaryIntervals" && status === "RUNNING"),
    );

  /** Waits until a run has come to a point; that it is complete before is a failure. */
  async function comesTo(id: string, reached: (execution: Execution) => boolean): Promise<void> {
    const found = await until("the run has come there", async () => {
      const execution = await world.client.call("getExecution", { params: { execution: id } });
      return execution.endTime !== null || reached(execution) ? execution : null;
    });
    expect(found.status).toBe("RUNNING");
  }

  test.each<[string, (execution: Execution) => boolean]>([
    ["the pair is deployed", (execution) => isAt(execution, "2", "createServerGroup")],
    ["it gets its traffic", (execution) => isAt(execution, "2", "shiftTraffic")],
    ["it is judged", isJudging],
    ["it is cleaned up", (execution) => isAt(execution, "2", "cleanupCanaryClusters")],
    ["production is being replaced", (execution) => isAt(execution, "3", "createServerGroup")],
  ])("a cancel while %s ends the run, the canary, and nothing else", { timeout: 180_000 }, async (_when, reached) => {
    onTestFailed(() => void process.stderr.write(world.log().slice(-10_000)));
    const { client, versions } = world;
    const [before] = (await groups()).filter(({ disabled }) => !disabled);
    const id = await startSurely(client, shop.ship, {
      artifact: versions.v2,
      current: versions.v1,
      pass: "75",
      marginal: "40",
    });
    await comesTo(id, reached);
    await client.call("cancelExecution", { params: { execution: id }, body: { reason: "changed my mind" } });
    const execution = await finished(client, id);
    expect(execution).toMatchObject({
      status: "CANCELED",
      canceled: true,
      canceledBy: "chaos",
      cancellationReason: "changed my mind",
    });
    expect(execution.stages.filter(({ status }) => status === "RUNNING")).toEqual([]);

    const after = await groups();
    expect(after.filter(({ canaryRole }) => canaryRole !== null)).toEqual([]);
    const serving = after.filter(({ disabled }) => !disabled);
    expect(serving.map(({ name }) => name)).toEqual([before?.name]);
    expect(serving[0]?.instances.map(({ id: instance, state }) => [instance, state])).toEqual(
      before?.instances.map(({ id: instance }) => [instance, "up"]),
    );
    const balancers = await client.call("listLoadBalancers", { params: { application: "shop" } });
    expect(
      balancers
        .flatMap(({ targets }) => targets)
        .map(({ pinnedPercent }) => pinnedPercent)
        .filter((pin) => pin !== null),
    ).toEqual([]);
    const audited = await client.call("listAudit", { query: { resource: `execution/${id}` } });
    expect(audited.filter(({ action }) => action === "execution.cancel")).toHaveLength(1);
    expect(shop.load.failures()).toEqual([]);
  });

  test(
    "a cancel while the old version leaves production fails no request; what serves then is whole",
    { timeout: 180_000 },
    async () => {
      onTestFailed(() => void process.stderr.write(world.log().slice(-10_000)));
      const { client, versions } = world;
      const id = await startSurely(client, shop.ship, {
        artifact: versions.v2,
        current: versions.v1,
        pass: "75",
        marginal: "40",
      });
      await comesTo(
        id,
        (execution) => isAt(execution, "3", "disableCluster") || isAt(execution, "3", "scaleDownCluster"),
      );
      await client.call("cancelExecution", { params: { execution: id }, body: {} });
      expect((await finished(client, id)).status).toBe("CANCELED");
      const [balancer] = await client.call("listLoadBalancers", { params: { application: "shop" } });
      const serving = (await groups()).filter(({ disabled }) => !disabled);
      expect(serving.length).toBeGreaterThan(0);
      expect(balancer?.targets.reduce((sum, { requestedPercent }) => sum + requestedPercent, 0)).toBeCloseTo(100);
      for (const { instances } of serving) expect(instances.map(({ state }) => state)).toEqual(["up", "up"]);
      expect(shop.load.failures()).toEqual([]);
    },
  );

  test.each<[string, (execution: Execution) => boolean]>([
    ["the pair is deployed", (execution) => isAt(execution, "2", "createServerGroup")],
    ["the canary is judged", isJudging],
  ])(
    "a server that is stopped while %s leaves in good order, and the next one goes on",
    { timeout: 180_000 },
    async (_when, reached) => {
      onTestFailed(() => void process.stderr.write(world.log().slice(-10_000)));
      const { client, versions } = world;
      const id = await startSurely(client, shop.ship, {
        artifact: versions.v2,
        current: versions.v1,
        pass: "75",
        marginal: "40",
      });
      await comesTo(id, reached);
      expect(await world.server().stop()).toBe(0);
      const { sent } = shop.load.report();
      await until("clients go on without it", () => shop.load.report().sent > sent + 20);
      await world.restart();
      const execution = await finished(client, id);
      expect(execution.stages.filter(({ failure }) => failure !== null).map(({ failure }) => failure?.code)).toBeOneOf([
        [],
        ["canary.noData"],
      ]);
      expect((await groups()).filter(({ canaryRole }) => canaryRole !== null)).toEqual([]);
      expect(shop.load.failures()).toEqual([]);
    },
  );
});
