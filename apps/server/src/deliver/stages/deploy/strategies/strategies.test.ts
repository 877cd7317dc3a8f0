import fc from "fast-check";
import { expect, test } from "vitest";
import type { SyntheticStage } from "../../../../engine/api.ts";
import type { DeployState } from "../../create-server-group/state.ts";
import { requireStrategy } from "./registry.ts";
import { stepsOf } from "./rolling-red-black.ts";
import type { StrategyInput } from "./strategy.ts";

const source = { name: "app-v001", capacity: { min: 4, max: 4, desired: 4 }, enabled: true };
const state: DeployState = {
  account: "local",
  region: "local",
  cloudProvider: "fake",
  application: "app",
  cluster: "app",
  target: { min: 4, max: 4, desired: 4 },
  source,
  document: {},
};
const plan = (
  strategy: string,
  options: StrategyInput["options"] = {},
  from: DeployState = state,
): readonly SyntheticStage[] =>
  requireStrategy(strategy).after({
    state: from,
    created: "app-v002",
    options,
    stage: { id: "s", type: "createServerGroup", executionId: "run" },
  });
const words = (stages: readonly SyntheticStage[]): string[] =>
  stages.map(({ type, context }) =>
    `${type} ${String(context["waitTime"] ?? context["shrinkToSize"] ?? context["desiredPercentage"] ?? (context["capacity"] as { desired?: number } | undefined)?.desired ?? "")}`.trim(),
  );

test.each<[string, StrategyInput["options"], string[]]>([
  ["none", {}, []],
  ["highlander", {}, ["shrinkCluster 1"]],
  ["redblack", {}, ["disableCluster"]],
  [
    "redblack",
    { maxRemainingAsgs: 2, delayBeforeDisableSec: 10, scaleDown: true, delayBeforeScaleDownSec: 20 },
    ["shrinkCluster 2", "wait 10", "disableCluster", "wait 20", "scaleDownCluster"],
  ],
  ["redblack", { delayBeforeScaleDownSec: 20 }, ["disableCluster"]],
  ["rollingredblack", {}, ["resizeServerGroup 2", "disableServerGroup 50", "resizeServerGroup 4", "disableCluster"]],
  [
    "rollingredblack",
    {
      targetPercentages: [25],
      delayBeforeCleanupSec: 5,
      pipelineBeforeCleanup: { pipelineId: "check" },
      scaleDown: true,
    },
    [
      "resizeServerGroup 1",
      "wait 5",
      "pipeline",
      "disableServerGroup 25",
      "resizeServerGroup 4",
      "wait 5",
      "pipeline",
      "disableCluster",
      "scaleDownCluster",
    ],
  ],
])("%s with %j plans %j", (strategy, options, wanted) => {
  expect(words(plan(strategy, options))).toEqual(wanted);
});

test("without a group to replace only a rolling deploy has something to do: it grows", () => {
  const first = { ...state, source: null };
  expect(words(plan("redblack", { maxRemainingAsgs: 2 }, first))).toEqual([]);
  expect(words(plan("highlander", {}, first))).toEqual([]);
  expect(words(plan("rollingredblack", {}, first))).toEqual(["resizeServerGroup 4"]);
});

test("an unknown strategy is refused with the known ones", () => {
  expect(() => requireStrategy("canary")).toThrow(
    'Deployment strategy "canary" is not available here. Choose one of: none, highlander, redblack, rollingredblack, monitored, custom.',
  );
});

test("rolling steps rise, are unique, and end at 100", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 100 })), (percentages) => {
      const steps = stepsOf(percentages);
      expect(steps.at(-1)).toBe(100);
      expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
      expect(steps[0]).toBeGreaterThan(0);
    }),
  );
});
