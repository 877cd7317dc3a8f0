import { GennakerError } from "@gennaker/contract/errors.ts";
import { isJsonObject, type Json, type JsonObject } from "@gennaker/contract/json.ts";
import type { Engine, ExecutionView } from "../../engine/api.ts";
import type { Actor } from "../../platform/audit/api.ts";
import type { Handlers } from "../../platform/http/api.ts";
import type { Pipelines, StartRequest, StoredPipeline } from "../pipelines/api.ts";
import { operationStages } from "./api.ts";

export type RerunDependencies = { engine: Pick<Engine, "get" | "start">; pipelines: Pick<Pipelines, "get" | "start"> };

/** Trigger fields that each start makes anew, and those that tie a run to the one that started it. */
const made: ReadonlySet<string> = new Set([
  "eventId",
  "user",
  "parameters",
  "artifacts",
  "resolvedExpectedArtifacts",
  "parentExecution",
  "parentPipelineId",
  "parentPipelineApplication",
  "parentPipelineStageId",
  "isPipeline",
]);

/**
 * Starts what a run was started for once more: with its parameters, artifacts and trigger, on the pipeline as it was then (`same`) or as
 * it is now (`newest`). An operation is run again as it was. The new run's trigger names the old one in `rerunOf`.
 */
export async function rerun(
  dependencies: RerunDependencies,
  executionId: string,
  version: "same" | "newest",
  actor: Actor,
): Promise<{ id: string }> {
  const run = await dependencies.engine.get(executionId);
  if (run === null) throw new GennakerError("not_found", `There is no execution ${executionId}.`);
  if (run.type === "ORCHESTRATION") return again(dependencies, run, actor);
  const { parameters, artifacts } = run.trigger;
  const kept = Object.entries(run.trigger).filter(([key]) => !made.has(key));
  const request: StartRequest = {
    parameters: isJsonObject(parameters) ? parameters : {},
    artifacts: objectsOf(artifacts),
    trigger: { ...Object.fromEntries(kept), rerunOf: run.id },
  };
  const stored = run.pipelineConfigId === null ? null : await dependencies.pipelines.get(run.pipelineConfigId);
  if (version === "same") return dependencies.pipelines.start(asItWas(run, stored), request, actor);
  if (stored !== null) return dependencies.pipelines.start(stored, request, actor);
  throw new GennakerError(
    "wrong_state",
    `The pipeline of execution ${executionId} has been deleted. Run it as it was then: {"version": "same"}.`,
  );
}

function objectsOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function asItWas(run: ExecutionView, stored: StoredPipeline | null): StoredPipeline {
  const document = run.initialConfig;
  return {
    id: run.pipelineConfigId ?? "",
    application: run.application,
    name: run.name,
    disabled: stored?.disabled ?? false,
    version: stored?.version ?? 0,
    document,
    text: JSON.stringify(document),
    updatedAt: stored?.updatedAt ?? new Date(run.buildTime),
    lastModifiedBy: stored?.lastModifiedBy ?? run.authentication.user,
  };
}

function again(dependencies: RerunDependencies, run: ExecutionView, actor: Actor): Promise<{ id: string }> {
  const jobs = objectsOf(run.initialConfig["job"]);
  if (jobs.length === 0)
    throw new GennakerError("wrong_state", `Execution ${run.id} does not say what it did; start it anew.`);
  const trigger: JsonObject = { type: "manual", user: actor.user, rerunOf: run.id };
  const { type, application, name, initialConfig } = run;
  return dependencies.engine.start(
    { type, application, name, pipelineConfigId: null, stages: operationStages(jobs), trigger, initialConfig },
    actor,
  );
}

export function rerunHandlers(dependencies: RerunDependencies): Handlers {
  return {
    rerunExecution: ({ params, body, actor }) => rerun(dependencies, params.execution, body.version ?? "newest", actor),
  };
}
