import type { JsonObject } from "@gennaker/contract/json.ts";
import { describe, expect, test } from "vitest";
import type { MetricScope } from "../../../../observe/metric-sources/api.ts";
import { execute } from "../../fixtures/execute.ts";
import { canaryConfig, createWorld } from "../../fixtures/world.ts";

const minute = 60_000;
const scope = {
  controlScope: "base",
  controlLocation: "local",
  experimentScope: "canary",
  experimentLocation: "local",
  step: 1,
};
const stageOf = (canary: JsonObject = {}): JsonObject => ({
  canaryConfig: {
    canaryConfigName: "c",
    scopes: [scope],
    lifetimeDuration: "PT3M",
    canaryAnalysisIntervalMins: "1",
    ...canary,
  },
});

const good = () => 100;
const bad = (asked: MetricScope) => (asked.scope === "canary" ? 300 : 100);

describe("two given server groups", () => {
  test("a good canary passes after all runs, each waited for", async () => {
    const world = await createWorld(good);
    const began = world.now.time;
    const { stage, waits } = await execute("kayentaCanary", stageOf(), world);
    expect(stage.status).toBe("SUCCEEDED");
    expect(stage.outputs).toMatchObject({
      canaryScores: [100, 100, 100],
      canaryScore: 100,
      verdict: "pass",
      canaryScoreMessage: "Final canary score 100 met or exceeded the pass score threshold.",
      intervals: [{ index: 1, planned: 3, verdict: "pass" }, { index: 2 }, { index: 3 }],
    });
    expect(stage.context["canaryScores"]).toEqual([100, 100, 100]);
    expect(world.now.time - began).toBe(3 * minute);
    expect(waits[0]).toBe("Collects metrics for run 1 of 3, judged in 1 min");
    expect(waits[1]).toBe("Collects metrics for run 2 of 3, judged in 1 min; the last score is 100");
    expect(world.asked.map((one) => [one.scope, one.location, one.stepMs, one.start - began, one.end - began])).toEqual(
      [1, 2, 3].flatMap((run) => [
        ["base", "local", 1000, 0, run * minute],
        ["canary", "local", 1000, 0, run * minute],
      ]),
    );
  });

  test("a bad canary fails at its first run and says why", async () => {
    const world = await createWorld(bad);
    const { stage } = await execute("kayentaCanary", stageOf(), world);
    expect(stage.status).toBe("TERMINAL");
    expect(stage.failure).toMatchObject({
      code: "canary.failed",
      message:
        "The canary failed with score 0 (must be above 50): latency high: canary mean 300 ms is 3× the baseline's 100 ms.",
    });
    expect(stage.outputs).toMatchObject({
      canaryScores: [0],
      verdict: "fail",
      canaryScoreMessage: "Canary score 0 of run 1 is not above the marginal score threshold.",
    });
    expect(stage.outputs["badMetricAt"]).toBe(new Date(world.now.time).toISOString());
  });

  test("without data it is inconclusive and fails for that reason, whatever the score", async () => {
    const world = await createWorld(() => NaN);
    const { stage } = await execute("kayentaCanary", stageOf(), world);
    expect([stage.status, stage.failure?.code, stage.outputs["verdict"]]).toEqual([
      "TERMINAL",
      "canary.noData",
      "inconclusive",
    ]);
    expect(stage.failure?.message).toBe(
      "The canary cannot be judged: 0 of 1 metrics could be compared, at least half must be: latency no data: neither side has a sample.",
    );
  });

  test("what Orca checks only for the last run is checked only for the last run", async () => {
    const world = await createWorld(good);
    const config = {
      ...canaryConfig,
      metrics: ["a", "b", "c"].map((name) => ({
        ...(canaryConfig["metrics"] as JsonObject[])[0],
        name,
        query: { type: "gennaker", metric: name },
        groups: [name],
      })),
      classifier: { groupWeights: { a: 60, b: 20, c: 20 } },
    };
    let looked = 0;
    const source = {
      type: "gennaker",
      query: async (query: JsonObject, asked: MetricScope) => {
        looked += 1;
        const off = query["metric"] === "b" || query["metric"] === "c";
        return [
          {
            labels: {},
            start: asked.start,
            stepMs: 1000,
            values: Array.from({ length: 60 }, (_, at) => (off && asked.scope === "canary" ? 300 : 100) + Math.sin(at)),
          },
        ];
      },
    };
    const { createCanaryStages } = await import("../../registry.ts");
    const types = createCanaryStages({
      providers: new Map(),
      routers: [],
      runs: world.runs,
      settleMs: 0,
      canaryConfigs: { find: async () => null },
      metricAccounts: new Map([["mine", { name: "mine", source }]]),
    });
    const { stage } = await execute(
      "kayentaCanary",
      stageOf({ config, metricsAccountName: "mine", lifetimeDuration: "PT2M" }),
      { types, now: world.now },
    );
    expect(looked).toBe(12);
    expect([stage.status, stage.failure?.code]).toEqual(["TERMINAL", "canary.belowPass"]);
    expect(stage.outputs).toMatchObject({ canaryScores: [60, 60], verdict: "marginal" });
  });

  test("a task that runs twice judges and stores once", async () => {
    const world = await createWorld(good);
    const { stage } = await execute("kayentaCanary", stageOf(), { ...world, twice: true });
    expect(stage.status).toBe("SUCCEEDED");
    expect(world.runs.all.map((run) => run.index)).toEqual([1, 2, 3]);
    expect(world.runs.all[0]).toMatchObject({
      application: "shop",
      score: 100,
      verdict: "pass",
      facts: { configId: "c-id", scopes: { baseline: "base", canary: "canary" } },
    });
  });

  test.each<[string, JsonObject, string]>([
    [
      "an unknown config",
      { canaryConfigName: "nobody" },
      'There is no canary config "nobody", neither as an id nor as a name in application shop',
    ],
    [
      "an unknown account",
      { metricsAccountName: "prom" },
      'There is no metrics account "prom". Known accounts: builtin.',
    ],
    [
      "another store's metric",
      { config: { ...canaryConfig, metrics: [{ name: "x", query: { type: "atlas" }, groups: [] }] } },
      'asks the metric store "atlas"',
    ],
    [
      "a scope that is missing",
      {
        config: { ...canaryConfig, metrics: [{ name: "x", query: { type: "gennaker" }, groups: [], scopeName: "s" }] },
        scopes: [scope, { ...scope, scopeName: "t" }],
      },
      'belongs to scope "s", which the stage does not have (it has: default, t)',
    ],
    ["a config without metrics", { config: { name: "c", metrics: [] } }, "has no metrics to judge"],
    [
      "an unreadable setting",
      {
        config: {
          ...canaryConfig,
          metrics: [
            {
              name: "latency",
              query: { type: "gennaker" },
              groups: [],
              analysisConfigurations: { canary: { direction: null } },
            },
          ],
        },
      },
      "The judge could not judge",
    ],
    [
      "an expression that was not resolved",
      { lifetimeDuration: "five" },
      "/canaryConfig/lifetimeDuration must be an ISO-8601 duration",
    ],
    ["an empty scope", { scopes: [{ ...scope, controlScope: "${ x }" }] }, "names no control server group"],
  ])("%s fails the stage in words", async (_, canary, words) => {
    const world = await createWorld(good);
    const { stage } = await execute("kayentaCanary", stageOf(canary), world);
    expect(stage.status).toBe("TERMINAL");
    expect(stage.failure?.message).toContain(words);
  });
});

test("a metric store that is away is waited for", async () => {
  let away = 2;
  const world = await createWorld(() => {
    away -= 1;
    if (away >= 0) throw new Error("connection refused");
    return 100;
  });
  const { stage, waits } = await execute("kayentaCanary", stageOf({ lifetimeDuration: "PT1M" }), world);
  expect(stage.status).toBe("SUCCEEDED");
  expect(waits).toContainEqual('The metrics account "builtin" did not answer for metric "latency": connection refused');
});
