import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { toFlag } from "@gennaker/pipeline-model/coerce.ts";
import type { PreconfiguredJob } from "../../../platform/config/stage-settings.ts";
import { TaskError } from "../../../engine/api.ts";
import type { StageType, StageView, TaskContext } from "../../../engine/api.ts";
import type { ScriptDeps } from "../script/run.ts";
import { cancelScript, scriptTasks } from "../script/run.ts";

/** What is about the job's presentation, not part of what runs. */
const about: ReadonlySet<string> = new Set([
  "enabled",
  "label",
  "description",
  "type",
  "cloudProvider",
  "parameters",
  "producesArtifacts",
  "uiType",
]);

/**
 * A job that the configuration describes, as a stage type of its own (Orca's `job.preconfigured`). Jobs under `script`
 * run as scripts; those of other providers say at save time which provider they need.
 */
export function preconfiguredJobStage(deps: ScriptDeps, provider: string, job: PreconfiguredJob): StageType {
  const description = job.description || job.label;
  if (provider !== "script") {
    const needs = `is the job "${job.label}", which needs the cloud provider ${provider}; this server runs jobs of the provider script`;
    return {
      type: job.type,
      description,
      validate: () => [{ pointer: "/type", reason: needs }],
      tasks: () => [
        {
          name: "runJob",
          run: async () => {
            throw new TaskError("job.provider", `The stage type ${job.type} ${needs}.`);
          },
        },
      ],
    };
  }
  const filled = (context: TaskContext): TaskContext => ({ ...context, stage: filledStage(job, context.stage) });
  return {
    type: job.type,
    description,
    validate(stage) {
      const values = stage["parameters"] ?? null;
      return values === null || isJsonObject(values)
        ? []
        : [{ pointer: "/parameters", reason: "must be an object of names and values" }];
    },
    tasks: ({ stage }) =>
      scriptTasks(deps, filledStage(job, stage)).map((task) => ({
        ...task,
        run: (context) => task.run(filled(context)),
      })),
    preview: ({ stage }) => ({ type: "script", context: filledStage(job, stage).context }),
    cancel: (context) => cancelScript(deps, filled(context)),
  };
}

function filledStage(job: PreconfiguredJob, stage: StageView): StageView {
  return { ...stage, context: { ...stage.context, ...documentOf(job, stage.context) } };
}

/** The job's document with the pipeline's parameters put where their `mapping` says, defaults first. */
function documentOf(job: PreconfiguredJob, context: JsonObject): JsonObject {
  const fields = Object.entries(job).filter(([name, value]) => !about.has(name) && value !== undefined);
  const document = structuredClone(Object.fromEntries(fields)) as JsonObject;
  const given = isJsonObject(context["parameters"] ?? null) ? (context["parameters"] as JsonObject) : {};
  for (const { name, mapping, defaultValue } of job.parameters) {
    const value = given[name] ?? defaultValue;
    if (mapping !== undefined && value !== undefined && value !== null) put(document, mapping, String(value));
  }
  const more = isJsonObject(context["dynamicParameters"] ?? null) ? (context["dynamicParameters"] as JsonObject) : {};
  for (const [mapping, value] of Object.entries(more)) put(document, mapping, String(value));
  return document;
}

/** Sets `a.b[0].c`; all but the last step has to be there. */
function put(document: JsonObject, mapping: string, value: string): void {
  const steps = mapping.split(".").flatMap((part) => {
    const [, name = part, index] = /^(.*)\[(\d+)\]$/.exec(part) ?? [];
    return index === undefined ? [part] : [name, Number(index)];
  });
  const last = steps.pop();
  let current: Json = document;
  for (const step of steps) {
    const next: Json | undefined = Array.isArray(current)
      ? current[Number(step)]
      : isJsonObject(current) && Object.hasOwn(current, String(step))
        ? current[String(step)]
        : undefined;
    if (next === undefined || next === null || typeof next !== "object")
      throw new TaskError("job.mapping", `The job has no "${String(step)}" for the parameter mapping ${mapping}.`);
    current = next;
  }
  if (Array.isArray(current)) current[Number(last)] = value;
  else if (isJsonObject(current) && last !== "__proto__") (current as Record<string, Json>)[String(last)] = value;
}

/** As Orca's list of preconfigured jobs gives it to the UI. */
export function jobForList(provider: string, job: PreconfiguredJob): JsonObject {
  return {
    label: job.label,
    description: job.description,
    type: job.type,
    cloudProvider: provider,
    waitForCompletion: toFlag(job.waitForCompletion) === true,
    noUserConfigurableFields: true,
    parameters: job.parameters as unknown as JsonObject[],
    producesArtifacts: job.producesArtifacts,
    uiType: job.uiType,
  };
}
