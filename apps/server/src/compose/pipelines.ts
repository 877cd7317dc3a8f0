import { randomUUID } from "node:crypto";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Validation } from "@gennaker/contract/resources/pipeline.ts";
import { planStart } from "@gennaker/pipeline-model/plan-start.ts";
import { validatePipeline } from "@gennaker/pipeline-model/validate-pipeline.ts";
import type { PipelinesDependencies } from "../deliver/pipelines/create-pipelines.ts";
import { createPipelines } from "../deliver/pipelines/create-pipelines.ts";
import type { Pipelines } from "../deliver/pipelines/api.ts";
import type { StageType } from "../engine/api.ts";

type Shared = Pick<PipelinesDependencies, "database" | "events" | "audit" | "engine">;

export type WiredPipelines = { pipelines: Pipelines; validate(document: JsonObject): Validation };

/** Wires pipelines to the model that checks and plans them. */
export function wirePipelines(shared: Shared, stageTypes: ReadonlyMap<string, StageType>): WiredPipelines {
  const pipelines = createPipelines({
    ...shared,
    check(document) {
      const { problems, pipeline } = validatePipeline(document, stageTypes);
      return {
        errors: problems.filter((problem) => problem.level === "error").map(({ pointer, message }) => ({ pointer, reason: message })),
        document: pipeline ?? document,
      };
    },
    plan(document, request, actor) {
      const planned = planStart(document, { parameters: request.parameters });
      if (!planned.ok) return { trigger: {}, problems: planned.problems };
      return {
        problems: [],
        trigger: {
          eventId: randomUUID(), enabled: false, rebake: false, dryRun: false, strategy: false, notifications: [], resolvedExpectedArtifacts: [],
          ...request.trigger,
          user: actor.user,
          parameters: planned.parameters,
          artifacts: request.artifacts,
        },
      };
    },
  });
  return {
    pipelines,
    validate(document) {
      const { valid, problems } = validatePipeline(document, stageTypes);
      return { valid, problems: problems.map(({ message, ...problem }) => ({ ...problem, reason: message })) };
    },
  };
}
