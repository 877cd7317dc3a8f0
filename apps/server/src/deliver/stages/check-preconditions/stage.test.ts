import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { createScene } from "../testing/scene.ts";
import { compare } from "./run.ts";

async function check(preconditions: JsonObject[], groups = 0) {
  const scene = await createScene();
  for (let index = 0; index < groups; index += 1) await scene.existing();
  if (groups > 1) scene.provider.change("app-v000", (group) => void (group.disabled = true));
  return await scene.run("checkPreconditions", {
    context: { preconditions },
    others: [{ name: "Bake", status: "FAILED_CONTINUE" }],
  });
}

const expression = (value: JsonObject[string], more: JsonObject = {}): JsonObject => ({
  type: "expression",
  context: { expression: value, ...more },
});
const size = (context: JsonObject): JsonObject => ({
  type: "clusterSize",
  context: { credentials: "local", regions: ["local"], cluster: "app", ...context },
});
const status = (stageName: string, stageStatus: string): JsonObject => ({
  type: "stageStatus",
  context: { stageName, stageStatus },
});

test("without preconditions the stage is skipped", async () => {
  expect((await check([])).stage.status).toBe("SKIPPED");
  const { run } = await createScene();
  const { stage } = await run("checkPreconditions", { context: {} });
  expect([stage.status, stage.failure?.message]).toEqual([
    "TERMINAL",
    expect.stringContaining("/preconditions is missing"),
  ]);
});

test("every precondition is a synthetic stage, and all are run", async () => {
  const { stage, stages } = await check([status("Bake", "SUCCEEDED"), size({ expected: 0 })]);
  expect(stage.status).toBe("TERMINAL");
  expect(stages.slice(1).map(({ type, name, status: end }) => [type, name, end])).toEqual([
    ["checkPrecondition", "Check precondition (stageStatus)", "TERMINAL"],
    ["checkPrecondition", "Check precondition (clusterSize)", "SUCCEEDED"],
  ]);
});

test("failPipeline of a precondition goes to its own stage", async () => {
  const { stage, stages } = await check([{ ...status("Bake", "SUCCEEDED"), failPipeline: false }]);
  expect(stages[1]?.context["failPipeline"]).toBe(false);
  expect(stage.status).toBe("STOPPED");
});

test("a precondition takes the stage's flags and cluster where it does not say otherwise", async () => {
  const scene = await createScene();
  const { stages } = await scene.run("checkPreconditions", {
    context: {
      continuePipeline: true,
      failPipeline: true,
      failOnFailedExpressions: true,
      completeOtherBranchesThenFail: true,
      credentials: "local",
      regions: ["local"],
      cluster: "app",
      preconditions: [
        { type: "clusterSize", context: { expected: 0 } },
        { type: "expression", failPipeline: false, context: { expression: "true", cluster: "other" } },
      ],
    },
  });
  expect(
    stages.slice(1).map(({ status, context }) => [status, context["continuePipeline"], context["failPipeline"]]),
  ).toEqual([
    ["SUCCEEDED", true, true],
    ["FAILED_CONTINUE", true, false],
  ]);
  expect(stages[2]?.context["context"]).toMatchObject({ cluster: "other", expressionResult: "${true}" });
  const inherited = { failOnFailedExpressions: true, completeOtherBranchesThenFail: true };
  expect(stages.slice(1).map(({ context }) => context)).toMatchObject([inherited, inherited]);
});

test("expressions stay raw for the parent; a bare one is put into ${ } for the child", async () => {
  const { stages } = await check([expression("parameters.x == 1"), expression("${ parameters.x }")]);
  const texts = stages.slice(1).map((one) => (one.context["context"] as JsonObject)["expression"]);
  expect(texts).toEqual(["${parameters.x == 1}", "${ parameters.x }"]);
  const { runner } = await createScene();
  expect(runner.types.get("checkPreconditions")?.rawFields).toEqual(["preconditions"]);
});

test.each<[JsonObject[string], string | null]>([
  [true, null],
  ["True", null],
  [false, "The expression gave false, not true."],
  [1, "The expression gave 1, not true."],
  [null, "is required"],
  ["${ nope }", "The expression ${ nope } could not be evaluated."],
])("an expression that gave %j", async (value, words) => {
  const scene = await createScene();
  const { stage } = await scene.run("checkPrecondition", {
    context: { preconditionType: "expression", context: { expression: value } },
  });
  if (value === null) expect(stage.failure?.message).toBe("The expression gave null, not true.");
  else if (words === null) expect(stage.status).toBe("SUCCEEDED");
  else expect(stage.failure?.message).toBe(words);
});

test("the pipeline's own words come first", async () => {
  const scene = await createScene();
  const context = { preconditionType: "expression", context: { expression: false, failureMessage: "Not on Fridays." } };
  expect((await scene.run("checkPrecondition", { context })).stage.failure?.message).toBe(
    "Not on Fridays. (The expression gave false, not true.)",
  );
});

test.each<[JsonObject, string | null]>([
  [size({ expected: 2 }), null],
  [size({ comparison: ">=", expected: "3" }), "Cluster app should have >= 3 server groups, but has 2 in local/local."],
  [size({ onlyEnabledServerGroups: true }), null],
  [
    size({ onlyEnabledServerGroups: true, comparison: ">", expected: 1 }),
    "Cluster app should have > 1 enabled server groups, but has 1 in local/local.",
  ],
  [size({ credentials: "nowhere" }), 'There is no account "nowhere". Known accounts: local.'],
  [status("Bake", "failed_continue"), null],
  [status("Bake", "SUCCEEDED"), 'Stage "Bake" is FAILED_CONTINUE, not SUCCEEDED.'],
  [status("Deploy", "SUCCEEDED"), 'There is no stage named "Deploy" in this run.'],
])("%j", async (precondition, words) => {
  const { stage } = await check([precondition], 2);
  expect(stage.failure?.message ?? null).toBe(words);
});

test.each([
  ["==", true],
  ["<", false],
  ["<=", true],
  [">", false],
  [">=", true],
] as const)("2 %s 2 is %s", (comparison, wanted) => {
  expect(compare(2, comparison, 2)).toBe(wanted);
});
