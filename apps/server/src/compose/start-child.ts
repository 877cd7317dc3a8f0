import type { JsonObject } from "@gennaker/contract/json.ts";
import { objects } from "@gennaker/pipeline-model/artifacts/resolve.ts";
import type { Pipelines } from "../deliver/pipelines/api.ts";
import type { StartPipeline } from "../deliver/stages/deps.ts";
import { TaskError } from "../engine/api.ts";
import type { ExecutionView } from "../engine/api.ts";
import type { Late } from "./late.ts";

/**
 * Starts pipelines and deployment strategies as children of a stage. The expected artifacts that the child's triggers
 * ask of its parent's runs are bound, as in Orca. Throws a TaskError when there is no such document or it is disabled.
 */
export function createStartChild(deps: {
  pipelines: Late<Pick<Pipelines, "get" | "start">>;
  strategies: Late<Pick<Pipelines, "get" | "start">>;
  getExecution(id: string): Promise<ExecutionView | null>;
}): (input: StartPipeline) => Promise<{ executionId: string; name: string }> {
  return async ({ key, application, pipelineConfigId, strategy, parameters, artifacts, trigger, parent, user }) => {
    const kept = (strategy ? deps.strategies : deps.pipelines).get();
    const noun = strategy ? "deployment strategy" : "pipeline";
    const found = await kept.get(pipelineConfigId);
    if (found === null)
      throw new TaskError(
        "pipeline.missing",
        `Application ${application} has no ${noun} ${pipelineConfigId}. It may have been deleted: correct the stage.`,
      );
    if (found.disabled)
      throw new TaskError("pipeline.disabled", `The ${noun} "${found.name}" is disabled. Enable it, then try again.`);
    const parentConfig = (await deps.getExecution(parent.executionId))?.pipelineConfigId ?? null;
    const expectedArtifactIds = objects(found.document["triggers"])
      .filter((one) => one["type"] === "pipeline" && one["pipeline"] === parentConfig && parentConfig !== null)
      .flatMap((one) => (Array.isArray(one["expectedArtifactIds"]) ? one["expectedArtifactIds"] : []));
    const asked: JsonObject = { ...trigger, expectedArtifactIds };
    const { id } = await kept.start(
      found,
      { parameters, artifacts: [...artifacts], trigger: asked, parent, operationKey: key },
      { user, roles: [], via: "engine" },
    );
    return { executionId: id, name: found.name };
  };
}
