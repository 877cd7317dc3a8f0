import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { completeStatuses } from "@gennaker/contract/resources/execution.ts";
import { operationStages } from "../deliver/executions/api.ts";
import type { Engine } from "../engine/api.ts";
import type { Actor } from "../platform/audit/api.ts";
import { toFailure } from "../platform/http/errors.ts";
import { parseExact } from "../platform/values/exact-numbers.ts";
import type { GateDependencies } from "./deps.ts";
import { storedObjectJobs } from "./jobs.ts";
import { storedChange, toldFields } from "./stored-change-stage.ts";

const patienceMs = 800;

/** What is wrong with the change itself is told by the task; who may not, or cannot just now, hears it at once. */
const refusals: ReadonlySet<string> = new Set([
  "invalid_request",
  "invalid_pipeline",
  "not_found",
  "conflict",
  "stale",
  "wrong_state",
]);

/** Starts a task; `received` is the text it was parsed from. Gives Gate's answer. */
export type StartTask = (task: JsonObject, received: string, actor: Actor) => Promise<{ ref: string }>;

/** Changes of stored objects are done before the answer, so the first GET of the task already finds a final status. */
export function createTaskStarter(dependencies: GateDependencies): StartTask {
  const { engine } = dependencies;
  const stored = storedObjectJobs(dependencies);
  return async (task, received, actor) => {
    const jobs = jobsOf(task["job"]);
    // The same once more, for what is stored with its numbers as they are written.
    const exact = (parseExact(received) as { job: JsonObject[] }).job;
    const application = typeof task["application"] === "string" ? task["application"].toLowerCase() : "spinnaker";
    const stages: JsonObject[] = [];
    let refused = false;
    for (const [index, job] of jobs.entries()) {
      const change = stored.get(String(job["type"]));
      if (change === undefined) stages.push(job);
      else if (!refused) {
        const outcome = await outcomeOf(() => change(job, actor, exact[index] ?? job));
        refused = "refusal" in outcome;
        stages.push({ type: storedChange, name: String(job["type"]), ...told(job, application), ...outcome });
      }
    }
    const { id } = await engine.start(
      {
        type: "ORCHESTRATION",
        application,
        name: typeof task["description"] === "string" ? task["description"] : String(jobs[0]?.["type"]),
        pipelineConfigId: null,
        // A refused change ends the task, whatever would come after it.
        stages: operationStages(refused ? stages.filter((stage) => stage["type"] === storedChange) : stages),
        trigger: { ...plainTrigger, type: "manual", user: actor.user },
        initialConfig: task,
      },
      actor,
    );
    if (stages.every((stage) => stage["type"] === storedChange)) await untilComplete(engine, id);
    return { ref: `/tasks/${id}` };
  };
}

/** What Orca says of the trigger of every task. */
const plainTrigger: JsonObject = {
  parameters: {},
  artifacts: [],
  notifications: [],
  resolvedExpectedArtifacts: [],
  rebake: false,
  dryRun: false,
  strategy: false,
};

/** The job's own fields that the task's variables show; another application is not told to readers of the task's. */
function told(job: JsonObject, application: string): JsonObject {
  const { application: document, ...rest } = job;
  const own = isJsonObject(document) && String(document["name"]).toLowerCase() === application;
  const type = { "notification.type": String(job["type"]).toLowerCase() };
  const fields: JsonObject = { ...rest, ...(own ? { application: document } : {}), ...type };
  return Object.fromEntries(toldFields.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]])));
}

/** What the stage of a change tells: nothing, or why it was refused, in Orca's form too. */
async function outcomeOf(change: () => Promise<void>): Promise<JsonObject> {
  try {
    await change();
    return {};
  } catch (error) {
    const { code, message } = toFailure(error);
    if (!refusals.has(code)) throw error;
    const details = { error: "Unexpected Task Failure", errors: [message] };
    return { refusal: message, exception: { details, shouldRetry: false } };
  }
}

/** Clients ask at once and then after a second: a moment's patience here saves them that second. */
async function untilComplete(engine: Engine, id: string): Promise<void> {
  const until = Date.now() + patienceMs;
  while (Date.now() < until) {
    const execution = await engine.get(id);
    if (execution === null || completeStatuses.has(execution.status)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function jobsOf(value: unknown): JsonObject[] {
  const jobs = Array.isArray(value) ? value : [];
  if (jobs.length > 0 && jobs.every((job) => isJsonObject(job) && typeof job["type"] === "string"))
    return jobs as JsonObject[];
  throw new GennakerError("invalid_request", "A task needs `job`: a list of objects, each with a type.", {
    problems: [{ pointer: "/job", reason: "expected a list of jobs with types" }],
  });
}
