import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { newExecution } from "@gennaker/engine-core/new-execution.ts";
import type { Execution, Stage } from "@gennaker/engine-core/model.ts";
import { createEvaluator } from "./evaluation.ts";
import { createLookups } from "./lookups.ts";

const evaluator = createEvaluator(createLookups({}, Date.now), () => 5);

function given(
  stages: JsonObject[],
  more: { trigger?: JsonObject; initialConfig?: JsonObject } = {},
): { execution: Execution; stage(refId: string): Stage } {
  let counter = 0;
  const limits = { limitConcurrent: false, maxConcurrentExecutions: 0, keepWaitingPipelines: false };
  const base = {
    id: "e",
    type: "PIPELINE",
    application: "app",
    name: "p",
    pipelineConfigId: null,
    user: "ann",
  } as const;
  const input = { ...base, stages, trigger: {}, initialConfig: {}, parentExecution: null, limits, ...more };
  const execution = newExecution(input, 1, () => `s${(counter += 1)}`);
  return { execution, stage: (refId) => [...execution.stages.values()].find((each) => each.refId === refId) as Stage };
}

test("a context is evaluated from parameters and from ancestors' outputs, and keeps its types", () => {
  const { execution, stage } = given(
    [
      { refId: "1", type: "a" },
      {
        refId: "2",
        type: "b",
        requisiteStageRefIds: ["1"],
        n: "${parameters.n}",
        text: "v${version}",
        deep: [{ x: "${parameters.n + 1}" }],
      },
    ],
    { trigger: { parameters: { n: 3 } } },
  );
  const stages = new Map(execution.stages);
  stages.set(stage("1").id, { ...stage("1"), outputs: { version: "7" } });
  const { context } = evaluator.context({ ...execution, stages }, stage("2"), []);
  expect(context).toEqual({ n: 3, text: "v7", deep: [{ x: 4 }] });
  expect(context).not.toHaveProperty("expressionEvaluationSummary");
});

test("what fails stays raw, is told in the summary, and is the only thing tried again", () => {
  const { execution, stage } = given([{ refId: "1", type: "a", bad: "${nobody}", good: "${1 + 1}", raw: "${2 + 2}" }]);
  const evaluated = evaluator.context(execution, stage("1"), ["raw"]);
  expect(evaluated).toMatchObject({
    unresolved: ["bad"],
    context: { bad: "${nobody}", good: 2, raw: "${2 + 2}" },
  });
  expect(evaluated.context["expressionEvaluationSummary"]).toEqual({
    nobody: [expect.objectContaining({ level: "INFO", timestamp: 5 })],
  });
  const later = { ...stage("1"), context: { ...evaluated.context, nobody: "here", planted: "${1}" } };
  expect(evaluator.context(execution, later, ["raw"], evaluated.unresolved).context).toMatchObject({
    bad: "here",
    planted: "${1}",
  });
});

test("neither a document nor an expression says who patched a stage", () => {
  const forged = {
    lastModifiedBy: "root",
    lastModifiedRoles: ["admins"],
    "${'lastModifiedBy'}": "root",
    kept: "${1 + 1}",
  };
  for (const spelEvaluator of ["v3", "v4"]) {
    const { execution, stage } = given([{ refId: "1", type: "a", ...forged }], { initialConfig: { spelEvaluator } });
    const early = evaluator.early(execution, () => []).stages.get(stage("1").id) as Stage;
    const { context } = evaluator.context(execution, early, [], early.open ?? undefined);
    expect(context).toEqual({ kept: 2 });
  }
});

test("a failure that has been mended is told no more; what a task told of its own expressions stays", () => {
  const { execution, stage } = given([{ refId: "1", type: "a", bad: "${nobody}", worse: "${nothing.here}" }]);
  const first = evaluator.context(execution, stage("1"), []);
  const own = { "task.own": [{ level: "ERROR", description: "told by the task", timestamp: 1 }] };
  const summary = { ...(first.context["expressionEvaluationSummary"] as JsonObject), ...own };
  const context = { ...first.context, nobody: "here", expressionEvaluationSummary: summary };
  const again = evaluator.context(execution, { ...stage("1"), context }, [], first.unresolved);
  expect(Object.keys(again.context["expressionEvaluationSummary"] as JsonObject)).toEqual(["task.own", "nothing.here"]);
  expect(again.unresolved).toEqual(["worse"]);
});

test("text that comes out of an expression is never evaluated again", () => {
  const { execution, stage } = given([{ refId: "1", type: "a", text: "${trigger.payload}" }], {
    trigger: { payload: "${1 + 1}" },
  });
  const early = evaluator.early(execution, () => []);
  const own = early.stages.get(stage("1").id) as Stage;
  expect(own.context["text"]).toBe("${1 + 1}");
  expect(evaluator.context(early, own, [], own.open ?? undefined).context["text"]).toBe("${1 + 1}");
});

test("version 3 evaluates at the start what the trigger can answer; version 4 does not", () => {
  const documents = [
    {
      refId: "1",
      type: "a",
      now: "${parameters.n}",
      later: "${#stage('b').status}",
      mine: "${execution.name}",
      keep: "${parameters.n}",
    },
  ];
  const v3 = given(documents, { trigger: { parameters: { n: 3 } } });
  const early = evaluator.early(v3.execution, () => ["keep"]).stages.get(v3.stage("1").id);
  expect(early?.source).toEqual({
    now: 3,
    later: documents[0]?.later,
    mine: "${execution.name}",
    keep: "${parameters.n}",
  });
  expect(early?.open).toEqual(["later", "mine"]);
  const v4 = given(documents, { trigger: { parameters: { n: 3 } }, initialConfig: { spelEvaluator: "v4" } });
  expect(evaluator.early(v4.execution, () => [])).toBe(v4.execution);
});

test.each([
  ["true", { type: "expression", expression: "true" }, true],
  ["a comparison", { type: "expression", expression: "parameters.n == 3" }, true],
  ["in braces", { type: "EXPRESSION", expression: "${parameters.n == 3}" }, true],
  ["false", { type: "expression", expression: "parameters.n == 4" }, false],
  ["no boolean", { type: "expression", expression: "parameters.n" }, false],
  ["unknown name", { type: "expression", expression: "nobody" }, false],
  ["broken", { type: "expression", expression: "parameters.n ==" }, false],
  ["blank", { type: "expression", expression: "  " }, true],
  ["missing", { type: "expression" }, true],
  ["another type", { type: "script", expression: "false" }, true],
  ["absent", null, true],
  ["the JSON value false", { type: "expression", expression: false }, false],
  ["the JSON value true", { type: "expression", expression: true }, true],
  ["no expression", { type: "expression", expression: null }, true],
])("stageEnabled: %s", (_name, stageEnabled, expected) => {
  const { execution, stage } = given([{ refId: "1", type: "a", stageEnabled }], { trigger: { parameters: { n: 3 } } });
  expect(evaluator.isEnabled(execution, stage("1"))).toBe(expected);
});

test("a synthetic stage without a condition of its own takes the nearest one above it", () => {
  const condition = (expression: string) => ({ type: "expression", expression });
  const { execution, stage } = given([
    { refId: "1", type: "a", stageEnabled: condition("parameters.n == 3") },
    { refId: "2", type: "b" },
    { refId: "3", type: "c", stageEnabled: condition("1 == 1") },
  ]);
  const below = (own: Stage) => {
    const child = { ...own, parentId: stage("1").id };
    const stages = new Map(execution.stages).set(child.id, child);
    return evaluator.isEnabled({ ...execution, stages }, child);
  };
  expect([below(stage("2")), below(stage("3")), evaluator.isEnabled(execution, stage("2"))]).toEqual([
    false,
    true,
    true,
  ]);
});

test("fields of the pipeline and its name are evaluated at the start in both versions, names of stages in version 3", () => {
  const documents = [{ refId: "1", type: "a", name: "to ${parameters.n}" }];
  for (const spelEvaluator of ["v3", "V4"]) {
    const initialConfig = { spelEvaluator, description: "n is ${parameters.n}", stages: ["${parameters.n}"] };
    const { execution, stage } = given(documents, { trigger: { parameters: { n: 3 } }, initialConfig });
    const early = evaluator.early(execution, () => []);
    expect(early.initialConfig).toEqual({ ...initialConfig, description: "n is 3" });
    expect(early.stages.get(stage("1").id)?.name).toBe(spelEvaluator === "v3" ? "to 3" : "to ${parameters.n}");
  }
});

test("a pipeline may say that its expressions are CEL", () => {
  const documents = [{ refId: "1", type: "a", many: "${[1, 2].map(x, x * 2)}", spel: "${#stage('b')}" }];
  const { execution, stage } = given(documents, { initialConfig: { expressions: "cel" } });
  const { context, unresolved } = evaluator.context(execution, stage("1"), []);
  expect(context["many"]).toEqual([2, 4]);
  expect(unresolved).toEqual(["spel"]);
});
