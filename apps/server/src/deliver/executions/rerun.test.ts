import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { ExecutionView, StartExecution } from "../../engine/api.ts";
import type { StartRequest, StoredPipeline } from "../pipelines/api.ts";
import { rerun } from "./rerun.ts";

const actor = { user: "bob", roles: [], via: "api" } as const;
const trigger: JsonObject = {
  type: "docker",
  tag: "1.2",
  user: "ann",
  eventId: "e",
  parameters: { version: "1.2" },
  artifacts: [{ name: "image" }],
  parentExecution: { id: "p" },
  parentPipelineStageId: "s",
};

function scene(run: Partial<ExecutionView>, stored: Partial<StoredPipeline> | null) {
  const started: { pipeline?: StoredPipeline; request?: StartRequest; input?: StartExecution }[] = [];
  const view = {
    id: "old",
    type: "PIPELINE",
    application: "shop",
    name: "Ship",
    pipelineConfigId: "pipe",
    buildTime: "2026-01-01T00:00:00.000Z",
    authentication: { user: "ann" },
    trigger,
    initialConfig: { name: "Ship", stages: [{ type: "wait" }] },
    ...run,
  } as ExecutionView;
  return {
    started,
    dependencies: {
      engine: {
        get: async (id: string) => (id === "old" ? view : null),
        start: async (input: StartExecution) => (started.push({ input }), { id: "new" }),
      },
      pipelines: {
        get: async () => stored as StoredPipeline | null,
        start: async (pipeline: StoredPipeline, request: StartRequest) => (
          started.push({ pipeline, request }),
          { id: "new" }
        ),
      },
    },
  };
}

test("newest: the pipeline as it is now, with the old run's parameters, artifacts and trigger, and no parent", async () => {
  const { dependencies, started } = scene({}, { id: "pipe", document: { name: "Ship 2" } });
  expect(await rerun(dependencies, "old", "newest", actor)).toEqual({ id: "new" });
  expect(started[0]?.pipeline?.document).toEqual({ name: "Ship 2" });
  expect(started[0]?.request).toEqual({
    parameters: { version: "1.2" },
    artifacts: [{ name: "image" }],
    trigger: { type: "docker", tag: "1.2", rerunOf: "old" },
  });
});

test("same: the pipeline as it was then, even when it has been deleted since", async () => {
  const { dependencies, started } = scene({}, null);
  await rerun(dependencies, "old", "same", actor);
  expect(started[0]?.pipeline).toMatchObject({ id: "pipe", name: "Ship", document: { stages: [{ type: "wait" }] } });
  await expect(rerun(dependencies, "old", "newest", actor)).rejects.toThrow("has been deleted");
  await expect(rerun(dependencies, "other", "same", actor)).rejects.toThrow("no execution other");
});

test("an operation runs again as it was", async () => {
  const job = [{ type: "resizeServerGroup", capacity: 3 }];
  const { dependencies, started } = scene(
    { type: "ORCHESTRATION", pipelineConfigId: null, initialConfig: { job } },
    null,
  );
  await rerun(dependencies, "old", "newest", actor);
  expect(started[0]?.input).toMatchObject({
    type: "ORCHESTRATION",
    stages: [{ type: "resizeServerGroup", capacity: 3, refId: "0", requisiteStageRefIds: [] }],
    trigger: { type: "manual", user: "bob", rerunOf: "old" },
  });
  const bare = scene({ type: "ORCHESTRATION", initialConfig: {} }, null);
  await expect(rerun(bare.dependencies, "old", "same", actor)).rejects.toThrow("does not say what it did");
});
