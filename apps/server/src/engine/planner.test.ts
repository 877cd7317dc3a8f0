import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { newExecution } from "@gennaker/engine-core/new-execution.ts";
import type { Execution, Stage } from "@gennaker/engine-core/model.ts";
import type { StageType } from "./api.ts";
import { createEvaluator } from "./evaluation.ts";
import { createLookups } from "./lookups.ts";
import { createPlanner, windowType } from "./planner.ts";
import { findStageType } from "./registry.ts";
import { type as stageType } from "./fixtures/stage-types.ts";

const done = async () => ({ status: "SUCCEEDED" }) as const;

function given(document: JsonObject, types: readonly StageType[]) {
  const limits = { limitConcurrent: false, maxConcurrentExecutions: 0, keepWaitingPipelines: false };
  const base = {
    id: "e",
    type: "PIPELINE",
    application: "a",
    name: "p",
    pipelineConfigId: null,
    user: "u",
    parentExecution: null,
    limits,
  } as const;
  const execution: Execution = newExecution(
    { ...base, stages: [document], trigger: { parameters: { n: 2 } }, initialConfig: {} },
    0,
    () => "s",
  );
  const registry = new Map(types.map((each) => [each.type, each]));
  return {
    planner: createPlanner(
      registry,
      createEvaluator(createLookups({}, Date.now), () => 0),
    ),
    registry,
    execution,
    stage: execution.stages.get("s") as Stage,
  };
}

test("a type is found by its provider first, then by its name, then by the alias", () => {
  const types = [
    stageType("deploy", done),
    stageType("deploy:hosts", done),
    stageType("other", done),
    stageType("dryRun", done),
  ];
  const found = (document: JsonObject, trigger: JsonObject = {}) => {
    const { registry, stage } = given(document, types);
    return findStageType(registry, stage, { trigger })?.type;
  };
  expect(found({ type: "deploy", cloudProvider: "hosts" })).toBe("deploy:hosts");
  expect(found({ type: "deploy", cloudProvider: "aws" })).toBe("deploy");
  expect(found({ type: "mine", alias: "other" })).toBe("other");
  expect(found({ type: "mine" })).toBeUndefined();
  expect(found({ type: "mine" }, { dryRun: true })).toBe("dryRun");
  expect(found({ type: "other" }, { dryRun: "true" })).toBe("other");
});

test("planning sees the evaluated context, leaves raw fields alone and gives tasks their defaults", () => {
  const seen: JsonObject[] = [];
  const own: StageType = {
    ...stageType("t", done),
    rawFields: ["raw"],
    tasks: ({ stage }) => {
      seen.push(stage.context);
      return [
        { name: "a", run: done },
        { name: "b", run: done, timeoutMs: 5, loopStart: true, gathers: true },
      ];
    },
    before: ({ stage }) => [{ type: "t", name: `before ${String(stage.context["n"])}`, context: {} }],
  };
  const { planner, execution, stage } = given({ type: "t", n: "${parameters.n}", raw: "${parameters.n}" }, [own]);
  const plan = planner.plan(execution, stage);
  expect(seen).toEqual([{ n: 2, raw: "${parameters.n}" }]);
  expect(plan.tasks).toEqual([
    { name: "a", timeoutMs: 3_600_000, loopStart: false },
    { name: "b", timeoutMs: 5, loopStart: true, gathers: true },
  ]);
  expect(plan.before).toEqual([{ type: "t", name: "before 2", context: {} }]);
});

test("a stage restricted to a time window waits for it before everything else, where such a stage type exists", () => {
  const own: StageType = { ...stageType("t", done), before: () => [{ type: "t", name: "own", context: {} }] };
  const document: JsonObject = { type: "t", [windowType]: true, restrictedExecutionWindow: { days: [1] } };
  const first = (types: StageType[]) => {
    const { planner, execution, stage } = given(document, types);
    return planner.plan(execution, stage).before[0];
  };
  expect(first([own])?.name).toBe("own");
  expect(first([own, stageType(windowType, done)])).toMatchObject({
    type: windowType,
    context: { restrictedExecutionWindow: { days: [1] } },
  });
  const types = [own, stageType(windowType, done)];
  const { planner, execution, stage } = given({ ...document, [windowType]: "true" }, types);
  expect(planner.plan(execution, stage).before[0]?.type).toBe(windowType);
  expect(planner.plan(execution, { ...stage, parentId: "s" }).before[0]?.name).toBe("own");
});

test("an unknown type is a planning error with its name wherever it is planned; it has no cancel", () => {
  const { planner, execution, stage } = given({ type: "nobody" }, []);
  expect(() => planner.plan(execution, stage)).toThrow('There is no stage type "nobody"');
  expect(() => planner.onFailure(execution, stage)).toThrow('There is no stage type "nobody"');
  expect(() => planner.after(execution, stage)).toThrow('There is no stage type "nobody"');
  expect(planner.cancellable(execution, stage)).toBe(false);
});
