import type { JsonObject } from "@gennaker/contract/json.ts";
import { describe, expect, test } from "vitest";
import type { MetricScope } from "../../../../observe/metric-sources/api.ts";
import { execute, stopped } from "../../fixtures/execute.ts";
import { balancer, cluster, createWorld } from "../../fixtures/world.ts";

const stage: JsonObject = {
  canaryConfig: {
    canaryConfigId: "c",
    lifetimeDuration: "PT2M",
    canaryAnalysisInterval: "PT1M",
    scopes: [{ step: 1 }],
  },
  deployments: {
    serverGroupPairs: [{ control: cluster("baseline"), experiment: cluster("canary") }],
    traffic: { loadBalancer: "web", percentEach: 10 },
  },
};
const good = () => 100;
const bad = (scope: MetricScope) => (scope.scope.includes("canary") ? 300 : 100);

type World = Awaited<ReturnType<typeof createWorld>>;
type RunOptions = { twice?: boolean; before?: (task: string, world: World) => void };

async function run(values: (scope: MetricScope) => number, options: RunOptions = {}, more: JsonObject = {}) {
  const world = await createWorld(values);
  const shares: Record<string, number>[] = [];
  const before = (task: string) => {
    if (task === "runCanaryIntervals") shares.push(world.router.shares(balancer));
    options.before?.(task, world);
  };
  const outcome = await execute(
    "kayentaCanary",
    { ...stage, ...more },
    { ...world, twice: options.twice === true, before },
  );
  return { ...outcome, world, shares };
}

/** After any outcome only the live version is left, it has all the traffic, and at no time nobody had it. */
function expectClean({ world }: Awaited<ReturnType<typeof run>>): void {
  expect(world.provider.names()).toEqual(["shop-v000"]);
  expect(world.router.shares(balancer)).toEqual({ "shop-v000": 100 });
  expect(world.router.dead).toEqual([]);
}

describe("a pair that the stage deploys", () => {
  test("gets its share, is judged, and is gone afterwards", async () => {
    const outcome = await run(good);
    expect(outcome.stage.status).toBe("SUCCEEDED");
    expect(outcome.shares[0]).toEqual({ "shop-v000": 80, "shop--baseline-v000": 10, "shop--canary-v000": 10 });
    expect(outcome.world.asked[0]).toMatchObject({ scope: "shop--baseline-v000", location: "local" });
    expect(outcome.world.asked[1]).toMatchObject({ scope: "shop--canary-v000", location: "local" });
    expect(outcome.stages.map((one) => one.type)).toEqual([
      "kayentaCanary",
      "deployCanaryServerGroups",
      "openCanaryTraffic",
      "deploy",
      "deploy",
      "shiftTraffic",
      "cleanupCanaryClusters",
    ]);
    const [control] = outcome.stages.filter((one) => one.type === "deploy");
    expect(control?.context["clusters"]).toMatchObject([
      {
        canaryRole: "baseline",
        strategy: "none",
        trafficManagement: { enabled: true, options: { enableTraffic: false } },
      },
    ]);
    expectClean(outcome);
  });

  test("is gone after a failure, its traffic first", async () => {
    const outcome = await run(bad);
    expect([outcome.stage.status, outcome.stage.failure?.code]).toEqual(["TERMINAL", "canary.failed"]);
    expect(outcome.stage.outputs["trafficZeroAt"]).toBe(new Date(outcome.world.now.time).toISOString());
    const operations = outcome.world.provider.operations;
    expect(operations.indexOf("disable shop--canary-v000")).toBeLessThan(
      operations.indexOf("destroy shop--canary-v000"),
    );
    expectClean(outcome);
  });

  test("is gone when it cannot be judged", async () => {
    const outcome = await run(() => NaN);
    expect(outcome.stage.failure?.code).toBe("canary.noData");
    expectClean(outcome);
  });

  test.each([
    "findBaselineArtifact",
    "deploy",
    "propagateDeployedServerGroupScopes",
    "shift",
    "prepareCanary",
    "runCanaryIntervals",
    "aggregateCanaryResults",
    "zeroCanaryTraffic",
    "destroyCanaryServerGroups",
  ])("is gone after a cancel at %s", async (at) => {
    let looks = 0;
    const outcome = await run(good, {
      before: (task) => {
        if (task === at && ++looks === (task === "runCanaryIntervals" || task === "deploy" ? 2 : 1)) throw stopped;
      },
    });
    expect(outcome.stage.status).toBe("CANCELED");
    expectClean(outcome);
  });

  test("every task may run twice", async () => {
    const outcome = await run(bad, { twice: true });
    expect(outcome.world.runs.all).toHaveLength(1);
    expect(outcome.world.provider.operations.filter((operation) => operation.startsWith("create"))).toHaveLength(3);
    expectClean(outcome);
  });

  test("waits for the router and for requests in flight before it destroys anything", async () => {
    let looks = 0;
    const at: string[][] = [];
    const outcome = await run(good, {
      before: (task, world) => {
        if (task !== "zeroCanaryTraffic") return;
        looks += 1;
        if (looks === 1) world.router.hold();
        if (looks === 3) world.router.release();
        if (looks === 3) world.router.setInFlight("shop--canary-v000", 2);
        if (looks === 6) world.router.setInFlight("shop--canary-v000", 0);
        at.push(world.provider.operations.filter((operation) => operation.startsWith("destroy")));
      },
    });
    expect(looks).toBe(6);
    expect(at.flat()).toEqual([]);
    expect(outcome.waits.some((words) => words.includes("waits for"))).toBe(true);
    expect(outcome.waits.some((words) => words.includes("2 requests are still in flight"))).toBe(true);
    expectClean(outcome);
  });

  test("a router that never answers does not keep the canary", async () => {
    const outcome = await run(good, {
      before: (task, world) => {
        if (task === "zeroCanaryTraffic") world.router.setReachable(false);
      },
    });
    expect(outcome.world.provider.names()).toEqual(["shop-v000"]);
    expect(outcome.world.now.time).toBeGreaterThan(Date.UTC(2026, 4, 4, 10) + 120_000);
  });

  test("stays without traffic for as long as delayBeforeCleanup says", async () => {
    const outcome = await run(
      good,
      {},
      { deployments: { ...(stage["deployments"] as JsonObject), delayBeforeCleanup: "PT10M" } },
    );
    expect(outcome.waits).toContainEqual("Keeps the server groups without traffic for another 10 min for inspection");
    expectClean(outcome);
  });

  test("the baseline runs what the baseline cluster runs when it names no artifact", async () => {
    const { artifact: _, ...control } = cluster("baseline");
    const pair = { control, experiment: cluster("canary") };
    const outcome = await run(
      good,
      {},
      {
        deployments: {
          baseline: { application: "shop", account: "local", cluster: "shop" },
          serverGroupPairs: [pair],
          traffic: { loadBalancer: "web", percentEach: 10 },
        },
      },
    );
    const [deploy] = outcome.stages.filter((one) => one.type === "deploy");
    expect(deploy?.context["clusters"]).toMatchObject([{ artifact: { type: "host/directory", reference: "/live" } }]);
    const missing = await run(
      good,
      {},
      { deployments: { baseline: { cluster: "nothing" }, serverGroupPairs: [pair] } },
    );
    expect(missing.stages[1]?.failure?.message).toContain(
      "Cluster nothing of application shop has no enabled server group",
    );
    expectClean(missing);
  });

  test("what the provider says about a cluster is said at its place in the stage", async () => {
    const world = await createWorld(good);
    const type = world.types.find((one) => one.type === "kayentaCanary");
    const { artifact: _, ...open } = cluster("x");
    expect(
      type?.validate({ ...stage, deployments: { serverGroupPairs: [{ control: open, experiment: open }] } }),
    ).toEqual([{ pointer: "/deployments/serverGroupPairs/0/experiment/artifact", reason: "is required" }]);
  });
});
