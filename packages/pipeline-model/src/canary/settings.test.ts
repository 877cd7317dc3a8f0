import type { JsonObject } from "@gennaker/contract/json.ts";
import { describe, expect, test } from "vitest";
import { readCanaryStage } from "./settings.ts";

const scope = {
  controlScope: "app-baseline-v000",
  controlLocation: "local",
  experimentScope: "app-canary-v000",
  experimentLocation: "local",
};
const canary = { canaryConfigId: "id", scopes: [scope], lifetimeDuration: "PT5M" };
const cluster = { application: "app", account: "local" };

describe("readCanaryStage", () => {
  test("fills in Kayenta's defaults", () => {
    const { settings, problems } = readCanaryStage({ canaryConfig: canary });
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({
      analysisType: "realTime",
      analysisMode: "gennaker",
      metricsAccountName: "builtin",
      thresholds: { pass: 75, marginal: 50 },
      lifetimeMs: 300_000,
      intervalMs: null,
      warmupMs: 0,
      lookbackMs: 0,
      baselineOffsetMs: 0,
      deployments: null,
      scopes: [{ ...scope, scopeName: "default", stepMs: 60_000, start: null, end: null, extended: {} }],
    });
  });

  test("takes numbers as text, nulls and other parameters", () => {
    const { settings, problems } = readCanaryStage({
      canaryConfig: {
        ...canary,
        scopes: [{ ...scope, step: "5", extendedScopeParams: { type: "asg", n: 1, none: null } }],
        scoreThresholds: { pass: "95", marginal: null },
        lookbackMins: null,
        canaryAnalysisIntervalMins: "",
        analysisMode: "kayenta",
      },
    });
    expect(problems).toEqual([]);
    expect(settings.thresholds).toEqual({ pass: 95, marginal: null });
    expect(settings.scopes[0]).toMatchObject({ stepMs: 5000, extended: { type: "asg", n: "1" } });
    expect(settings.analysisMode).toBe("kayenta");
  });

  test("a pair to deploy makes scopes optional", () => {
    const { settings, problems } = readCanaryStage({
      analysisType: "realTimeAutomatic",
      canaryConfig: { canaryConfigId: "id", lifetimeDuration: "PT5M" },
      deployments: {
        baseline: {},
        serverGroupPairs: [{ control: cluster, experiment: cluster }],
        delayBeforeCleanup: "PT10S",
        traffic: { loadBalancer: "web", percentEach: "10" },
      },
    });
    expect(problems).toEqual([]);
    expect(settings.deployments).toEqual({
      serverGroupPairs: [{ control: cluster, experiment: cluster }],
      delayBeforeCleanupMs: 10_000,
      traffic: { loadBalancer: "web", percentEach: 10 },
    });
    expect(settings.scopes).toHaveLength(1);
  });

  test("expressions are left for the run", () => {
    expect(
      readCanaryStage({
        canaryConfig: {
          canaryConfigId: "${ x }",
          scopes: "${ y }",
          lifetimeDuration: "${ z }",
          scoreThresholds: { pass: "${ p }", marginal: 50 },
        },
        deployments: { serverGroupPairs: "${ pairs }", traffic: { loadBalancer: "${ lb }", percentEach: "${ n }" } },
      }).problems,
    ).toEqual([]);
  });
});

test.each<[JsonObject, string]>([
  [{}, "/canaryConfig"],
  [{ canaryConfig: "x" }, "/canaryConfig"],
  [{ canaryConfig: { ...canary, canaryConfigId: null } }, "/canaryConfig/canaryConfigId"],
  [{ canaryConfig: { ...canary, scopes: [] } }, "/canaryConfig/scopes"],
  [{ canaryConfig: { ...canary, scopes: [3] } }, "/canaryConfig/scopes/0"],
  [{ canaryConfig: { ...canary, scopes: [{ controlScope: "a" }] } }, "/canaryConfig/scopes/0/experimentScope"],
  [{ canaryConfig: { ...canary, scopes: [{ ...scope, step: 0 }] } }, "/canaryConfig/scopes/0/step"],
  [
    { canaryConfig: { ...canary, scopes: [{ ...scope, startTimeIso: "yesterday" }] } },
    "/canaryConfig/scopes/0/startTimeIso",
  ],
  [
    {
      canaryConfig: {
        ...canary,
        scopes: [{ ...scope, startTimeIso: "2026-01-02T00:00:00Z", endTimeIso: "2026-01-01T00:00:00Z" }],
      },
    },
    "/canaryConfig/scopes/0/endTimeIso",
  ],
  [{ canaryConfig: { ...canary, lifetimeDuration: null } }, "/canaryConfig/lifetimeDuration"],
  [{ canaryConfig: { ...canary, lifetimeDuration: "5 minutes" } }, "/canaryConfig/lifetimeDuration"],
  [{ canaryConfig: { ...canary, lifetimeDuration: "PT0S" } }, "/canaryConfig/lifetimeDuration"],
  [{ canaryConfig: { ...canary, canaryAnalysisIntervalMins: -1 } }, "/canaryConfig/canaryAnalysisIntervalMins"],
  [{ canaryConfig: { ...canary, canaryAnalysisInterval: 5 } }, "/canaryConfig/canaryAnalysisInterval"],
  [{ canaryConfig: { ...canary, scoreThresholds: { pass: 101 } } }, "/canaryConfig/scoreThresholds/pass"],
  [{ canaryConfig: { ...canary, scoreThresholds: [] } }, "/canaryConfig/scoreThresholds"],
  [{ canaryConfig: canary, analysisType: "later" }, "/analysisType"],
  [{ canaryConfig: canary, analysisType: "retrospective" }, "/canaryConfig/scopes/0/endTimeIso"],
  [{ canaryConfig: canary, deployments: { serverGroupPairs: [] } }, "/deployments/serverGroupPairs"],
  [{ canaryConfig: canary, deployments: { serverGroupPairs: [1] } }, "/deployments/serverGroupPairs/0"],
  [
    { canaryConfig: canary, deployments: { serverGroupPairs: [{ control: cluster }] } },
    "/deployments/serverGroupPairs/0/experiment",
  ],
  [
    {
      canaryConfig: canary,
      deployments: { serverGroupPairs: [{ control: cluster, experiment: cluster }], delayBeforeCleanup: "-PT1S" },
    },
    "/deployments/delayBeforeCleanup",
  ],
  [
    {
      canaryConfig: canary,
      deployments: { serverGroupPairs: [{ control: cluster, experiment: cluster }], traffic: { percentEach: 5 } },
    },
    "/deployments/traffic/loadBalancer",
  ],
  [
    {
      canaryConfig: canary,
      deployments: { serverGroupPairs: [{ control: cluster, experiment: cluster }], traffic: { loadBalancer: "w" } },
    },
    "/deployments/traffic/percentEach",
  ],
  [
    {
      canaryConfig: canary,
      deployments: {
        serverGroupPairs: [
          { control: cluster, experiment: cluster },
          { control: cluster, experiment: cluster },
        ],
        traffic: { loadBalancer: "w", percentEach: 30 },
      },
    },
    "/deployments/traffic/percentEach",
  ],
])("%j has its problem at %s", (stage, pointer) => {
  expect(readCanaryStage(stage).problems.map((problem) => problem.pointer)).toEqual([pointer]);
});
