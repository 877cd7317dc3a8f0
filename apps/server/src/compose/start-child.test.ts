import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { StartRequest, StoredPipeline } from "../deliver/pipelines/api.ts";
import type { ExecutionView } from "../engine/api.ts";
import { createLate } from "./late.ts";
import { createStartChild } from "./start-child.ts";

function world(document: JsonObject, disabled = false) {
  const started: [string, StartRequest, string][] = [];
  const kept = (kind: string) => {
    const late = createLate<never>(kind);
    late.set({
      get: async (id: string) =>
        id === "gone" ? null : ({ id, name: `${kind} ${id}`, disabled, document } as unknown as StoredPipeline),
      start: async (pipeline: StoredPipeline, request: StartRequest, actor: { user: string }) => {
        started.push([pipeline.name, request, actor.user]);
        return { id: "run" };
      },
    } as never);
    return late;
  };
  const start = createStartChild({
    pipelines: kept("pipeline"),
    strategies: kept("strategy"),
    getExecution: async () => ({ pipelineConfigId: "parent-config" }) as ExecutionView,
  });
  return { start, started };
}
const input = {
  key: "k",
  application: "shop",
  pipelineConfigId: "p",
  strategy: false,
  parameters: { a: "1" },
  artifacts: [{ name: "x" }],
  trigger: { type: "pipeline" },
  parent: { executionId: "e", stageId: "s" },
  user: "ann",
};

test("starts a pipeline with what its parent gives, and with the artifacts that its triggers expect of the parent", async () => {
  const { start, started } = world({
    triggers: [
      { type: "pipeline", pipeline: "parent-config", expectedArtifactIds: ["one"] },
      { type: "pipeline", pipeline: "other", expectedArtifactIds: ["two"] },
      { type: "cron", expectedArtifactIds: ["three"] },
    ],
  });
  expect(await start(input)).toEqual({ executionId: "run", name: "pipeline p" });
  expect(started).toEqual([
    [
      "pipeline p",
      {
        parameters: { a: "1" },
        artifacts: [{ name: "x" }],
        trigger: { type: "pipeline", expectedArtifactIds: ["one"] },
        parent: input.parent,
        operationKey: "k",
      },
      "ann",
    ],
  ]);
});

test("a strategy is looked up among the strategies", async () => {
  const { start, started } = world({});
  await start({ ...input, strategy: true });
  expect(started.map(([name]) => name)).toEqual(["strategy p"]);
});

test("what was deleted or is disabled is not started, and says so", async () => {
  await expect(world({}).start({ ...input, pipelineConfigId: "gone" })).rejects.toThrow(
    "Application shop has no pipeline gone. It may have been deleted",
  );
  const { start, started } = world({}, true);
  await expect(start({ ...input, strategy: true })).rejects.toThrow('strategy "strategy p" is disabled');
  expect(started).toEqual([]);
});
