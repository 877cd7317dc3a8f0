import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { ExecutionView } from "../../../engine/api.ts";
import { createScene } from "../testing/scene.ts";

const run = (id: string, status: string, outputs: JsonObject = {}): ExecutionView => {
  const failure = status === "TERMINAL" ? { code: "x", message: "broken" } : null;
  const stage = {
    id: "s",
    name: "do",
    refId: "1",
    requisiteStageRefIds: [],
    parentStageId: null,
    status,
    outputs,
    failure,
  };
  return { id, name: `pipe ${id}`, application: "app", status, stages: [stage] } as unknown as ExecutionView;
};

/** Watches a and b, which first are as given and at the second look as they end. */
async function watch(first: [string, string], then: [string, string], more: JsonObject = {}) {
  const scene = await createScene();
  const put = ([a, b]: [string, string]) => {
    scene.children.set("a", run("a", a));
    scene.children.set("b", run("b", b));
  };
  put(first);
  let looks = 0;
  const outcome = await scene.run("monitorPipeline", {
    context: { executionIds: ["a", null, "b", "a"], ...more },
    onWait: () => {
      looks += 1;
      put(then);
    },
  });
  return { ...outcome, looks };
}

test.each<[[string, string], [string, string], JsonObject, string, number]>([
  [["SUCCEEDED", "RUNNING"], ["SUCCEEDED", "SUCCEEDED"], {}, "SUCCEEDED", 1],
  [["TERMINAL", "RUNNING"], ["TERMINAL", "SUCCEEDED"], {}, "TERMINAL", 1],
  [["TERMINAL", "RUNNING"], ["TERMINAL", "SUCCEEDED"], { monitorBehavior: "FailFast" }, "TERMINAL", 0],
  [["CANCELED", "RUNNING"], ["CANCELED", "SUCCEEDED"], { monitorBehavior: "FailFast" }, "CANCELED", 1],
  [["CANCELED", "TERMINAL"], ["CANCELED", "TERMINAL"], {}, "TERMINAL", 0],
])("%j then %j with %j is %s", async (first, then, more, wanted, waits) => {
  const { stage, looks } = await watch(first, then, more);
  expect([stage.status, looks]).toEqual([wanted, waits]);
});

test("tells how each run stands, why one failed, and what it waits for", async () => {
  const { stage, waits } = await watch(["TERMINAL", "RUNNING"], ["TERMINAL", "SUCCEEDED"]);
  expect(waits.map(({ message }) => message)).toEqual(['Waits for "pipe b" (run b, RUNNING)']);
  expect(stage.outputs["executionStatuses"]).toEqual({
    a: {
      status: "TERMINAL",
      application: "app",
      exception: {
        source: { executionId: "a", stageId: "s", stageName: "do", stageIndex: 0 },
        details: { errors: ["Exception in child pipeline stage (pipe a: do): broken"] },
      },
    },
    b: { status: "SUCCEEDED", application: "app" },
  });
  expect(stage.failure?.message).toBe('Did not end well: "pipe a" (run a, TERMINAL).');
});

test("of a single run the outputs are handed on", async () => {
  const scene = await createScene();
  scene.children.set("a", run("a", "SUCCEEDED", { version: "7" }));
  const { stage } = await scene.run("monitorPipeline", { context: { executionIds: ["a"] } });
  expect(stage.outputs).toMatchObject({ version: "7", executionStatuses: { a: { status: "SUCCEEDED" } } });
});

test.each<[JsonObject, string]>([
  [{}, "executionIds has none"],
  [{ executionIds: [null, ""] }, "executionIds has none"],
  [{ executionIds: ["nobody"] }, "There is no run nobody to watch."],
])("%j is TERMINAL", async (context, words) => {
  const { run: start } = await createScene();
  const { stage } = await start("monitorPipeline", { context });
  expect([stage.status, stage.failure?.message]).toEqual(["TERMINAL", expect.stringContaining(words)]);
});
