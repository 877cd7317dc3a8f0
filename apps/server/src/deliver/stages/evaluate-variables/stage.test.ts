import { expect, test } from "vitest";
import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { createScene } from "../testing/scene.ts";

async function evaluate(variables: Json, context: JsonObject = {}) {
  const { run } = await createScene();
  return (
    await run("evaluateVariables", {
      context: { ...context, variables },
      execution: { trigger: { parameters: { version: "7" } } },
      others: [{ refId: "before", outputs: { image: "app:1" } }],
    })
  ).stage;
}

test("variables are evaluated in order, each visible to the next, and become outputs", async () => {
  const stage = await evaluate([
    { key: "tag", value: "v${ parameters.version }" },
    { key: "full", value: "${ tag }-rc", description: "of ${ tag }" },
    { key: "list", value: ["${ tag }"] },
  ]);
  expect(stage.status).toBe("SUCCEEDED");
  expect(stage.outputs).toEqual({ tag: "v7", full: "v7-rc", list: ["${ tag }"] });
  expect(stage.context["variables"]).toEqual([
    { key: "tag", value: "v7", sourceValue: "v{ parameters.version }" },
    { key: "full", value: "v7-rc", sourceValue: "{ tag }-rc", description: "of v7" },
    { key: "list", value: ["${ tag }"] },
  ]);
});

test("one that fails keeps its raw text and is not visible; later ones go on", async () => {
  const stage = await evaluate([
    { key: "a", value: "${ nothing.here }" },
    { key: "b", value: "${ a ?: 'none' }" },
    { key: "c", value: "${ 1 + 1 }" },
  ]);
  expect(stage.status).toBe("SUCCEEDED");
  expect(stage.outputs).toEqual({ a: "${ nothing.here }", b: "none", c: 2 });
  expect(Object.keys(stage.context["expressionEvaluationSummary"] as JsonObject)).toEqual(["nothing.here"]);
});

test("failOnFailedExpressions makes that TERMINAL", async () => {
  const stage = await evaluate([{ key: "a", value: "${ nothing.here }" }], { failOnFailedExpressions: true });
  expect([stage.status, stage.failure?.code]).toEqual(["TERMINAL", "stage.expressions"]);
});

test("without variables it is TERMINAL, and without a key there is no output", async () => {
  const { run } = await createScene();
  expect((await run("evaluateVariables", { context: {} })).stage.failure?.message).toContain("/variables is required");
  expect((await evaluate([{ value: "${ 1 }" }])).outputs).toEqual({});
});

test("the engine leaves its variables raw", async () => {
  const { runner } = await createScene();
  expect(runner.types.get("evaluateVariables")?.rawFields).toEqual(["variables"]);
});
