import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { savePipelinesFromArtifactSchema } from "@gennaker/pipeline-model/stages/artifacts.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType, TaskContext, TaskResult } from "../../../engine/api.ts";
import { TaskError } from "../../../engine/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import { inputArtifact } from "../../artifacts/api.ts";
import { actingUser } from "../acting-user.ts";
import type { DeliverDeps } from "../deps.ts";

type Deps = Pick<DeliverDeps, "fetchArtifact" | "findPipeline" | "savePipeline">;

/** Saves pipelines from one JSON artifact `{application: [pipeline, …]}`: pipelines as code. */
export function savePipelinesFromArtifactStage(deps: Deps): StageType {
  return {
    type: "savePipelinesFromArtifact",
    description: "Saves pipelines from a JSON artifact",
    validate: rulesFor("savePipelinesFromArtifact").validate,
    tasks: () => [{ name: "savePipelines", run: (context) => save(deps, context) }],
  };
}

type Reference = { application: string; name: string; id?: string; reason?: string };

async function save(deps: Deps, context: TaskContext): Promise<TaskResult> {
  const wanted = pipelinesIn(await textOf(deps, context));
  const [created, updated, failed]: [Reference[], Reference[], Reference[]] = [[], [], []];
  for (const { application, document } of wanted) {
    const name = typeof document["name"] === "string" ? document["name"] : "";
    const existing = name === "" ? null : await deps.findPipeline(application, name);
    try {
      const known = existing === null ? {} : { id: existing.id };
      const { id } = await deps.savePipeline(
        { ...document, ...known, application },
        actingUser(context.execution, context.stage),
      );
      (existing === null ? created : updated).push({ application, name, id });
    } catch (error) {
      failed.push({ application, name, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  const outcome: JsonObject = {
    pipelinesCreated: created as JsonObject[],
    pipelinesUpdated: updated as JsonObject[],
    pipelinesFailedToSave: failed as JsonObject[],
  };
  if (failed.length === 0) return { status: "SUCCEEDED", context: outcome, outputs: outcome };
  const message = `${failed.length} of ${wanted.length} pipelines were not saved: ${failed.map(({ application, name, reason }) => `${application}/${name} (${reason})`).join("; ")}`;
  return { status: "TERMINAL", context: outcome, outputs: outcome, failure: { code: "pipelines.notSaved", message } };
}

async function textOf(deps: Deps, { execution, stage, signal }: TaskContext): Promise<string> {
  const { pipelinesArtifactId: id, pipelinesArtifact } = fieldsOf(savePipelinesFromArtifactSchema, stage);
  const input = {
    ...(id === undefined ? {} : { id }),
    ...(pipelinesArtifact === undefined ? {} : { artifact: pipelinesArtifact as JsonObject }),
  };
  const artifact = inputArtifact(execution, stage, input);
  if (artifact === null)
    throw new TaskError(
      "artifact.unbound",
      `No artifact is bound to "${id ?? ""}". Give the stage pipelinesArtifact, or the id of an expected artifact.`,
    );
  return await deps.fetchArtifact(artifact, signal, execution.id);
}

function pipelinesIn(text: string): { application: string; document: JsonObject }[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new TaskError("pipelines.notJson", `The artifact is no JSON: ${(error as Error).message}`, { cause: error });
  }
  if (!isJsonObject(value))
    throw new TaskError(
      "pipelines.shape",
      "The artifact must be a JSON object of applications, each with a list of pipelines.",
    );
  return Object.entries(value).flatMap(([application, list]) => {
    if (!Array.isArray(list) || !list.every(isJsonObject)) {
      throw new TaskError("pipelines.shape", `The artifact must have a list of pipelines under "${application}".`);
    }
    return list.filter((document) => Object.keys(document).length > 0).map((document) => ({ application, document }));
  });
}
