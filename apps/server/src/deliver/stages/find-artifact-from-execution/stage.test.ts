import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { ExecutionView } from "../../../engine/api.ts";
import { createScene } from "../testing/scene.ts";

const earlier = {
  id: "earlier",
  trigger: { artifacts: [{ name: "app", version: "trigger" }] },
  stages: [
    { refId: "1", requisiteStageRefIds: [], outputs: { artifacts: [{ name: "app", version: "early" }] } },
    { refId: "s1", requisiteStageRefIds: ["1"], outputs: { artifacts: [{ name: "app", version: "own" }] } },
  ].map((stage) => ({ id: stage.refId, parentStageId: null, ...stage })),
} as unknown as ExecutionView;

async function find(context: JsonObject, run: ExecutionView | null = earlier) {
  const asked: unknown[] = [];
  const scene = await createScene({ deps: { latestRun: async (...args) => (asked.push(args), run) } });
  const { stage } = await scene.run("findArtifactFromExecution", { context });
  return { stage, asked };
}
const expectedArtifacts = [{ id: "e", matchArtifact: { name: "app" } }];

test("the artifact of the latest stage of the latest run is bound", async () => {
  const { stage, asked } = await find({
    pipeline: "other",
    expectedArtifacts,
    executionOptions: { successful: true, running: "true" },
  });
  expect(asked).toEqual([["other", ["SUCCEEDED", "RUNNING"]]]);
  expect(stage.outputs).toMatchObject({
    artifacts: [{ version: "own" }],
    resolvedExpectedArtifacts: [{ id: "e", boundArtifact: { version: "own" } }],
  });
});

test("from its own pipeline, never from the same stage of the earlier run", async () => {
  const { stage } = await find({ pipeline: "config", expectedArtifacts });
  expect(stage.outputs).toMatchObject({ artifacts: [{ version: "early" }] });
});

test("an older file has one expected artifact; succeeded is another word for successful", async () => {
  const { stage, asked } = await find({
    pipeline: "other",
    expectedArtifact: expectedArtifacts[0] ?? {},
    executionOptions: { succeeded: true, terminal: true },
  });
  expect(asked).toEqual([["other", ["SUCCEEDED", "TERMINAL"]]]);
  expect(stage.outputs).toMatchObject({ artifacts: [{ version: "own" }] });
});

test.each<[JsonObject, ExecutionView | null, string]>([
  [{ pipeline: "other", expectedArtifacts, executionOptions: { terminal: true } }, null, "has no run that is TERMINAL"],
  [{ pipeline: "other", expectedArtifacts: [{ matchArtifact: { name: "zzz" } }] }, earlier, "matches no artifact"],
  [{ expectedArtifacts }, earlier, "/pipeline is required"],
])("%j is TERMINAL", async (context, run, words) => {
  const { stage } = await find(context, run);
  expect([stage.status, stage.failure?.message]).toEqual(["TERMINAL", expect.stringContaining(words)]);
});
