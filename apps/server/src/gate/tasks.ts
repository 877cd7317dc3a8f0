import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { completeStatuses } from "@gennaker/contract/resources/execution.ts";
import { operationStages } from "../deliver/executions/api.ts";
import type { Engine } from "../engine/api.ts";
import type { GateRequest, GateRoute } from "../platform/http/api.ts";
import { toFailure } from "../platform/http/errors.ts";
import { parseExact } from "../platform/values/exact-numbers.ts";
import type { GateDependencies } from "./deps.ts";
import { taskJson } from "./execution-json.ts";
import { existing, limitOf, statusesOf } from "./executions.ts";
import { storedObjectJobs } from "./jobs.ts";
import { objectOf } from "./pipelines.ts";
import { storedChange } from "./stored-change-stage.ts";

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

/** Gate's write path: `POST /tasks` with jobs, and reading the task that came of it. */
export function taskRoutes(dependencies: GateDependencies): GateRoute[] {
  const { engine, runs } = dependencies;
  const stored = storedObjectJobs(dependencies);

  /** Changes of stored objects are done before the answer, so the first GET already finds a final status. */
  async function start({ body, bodyText, actor }: GateRequest): Promise<{ id: string }> {
    const task = objectOf(body, "a task");
    const jobs = jobsOf(task["job"]);
    // The same once more, for what is stored with its numbers as they are written.
    const exact = (parseExact(bodyText) as { job: JsonObject[] }).job;
    const stages: JsonObject[] = [];
    let refused = false;
    for (const [index, job] of jobs.entries()) {
      const change = stored.get(String(job["type"]));
      if (change === undefined) stages.push(job);
      else if (!refused) {
        const outcome = await outcomeOf(() => change(job, actor, exact[index] ?? job));
        refused = "refusal" in outcome;
        stages.push({ type: storedChange, name: String(job["type"]), ...outcome });
      }
    }
    const { id } = await engine.start(
      {
        type: "ORCHESTRATION",
        application: typeof task["application"] === "string" ? task["application"].toLowerCase() : "spinnaker",
        name: typeof task["description"] === "string" ? task["description"] : String(jobs[0]?.["type"]),
        pipelineConfigId: null,
        // A refused change ends the task, whatever would come after it.
        stages: operationStages(refused ? stages.filter((stage) => stage["type"] === storedChange) : stages),
        trigger: { type: "manual", user: actor.user },
        initialConfig: task,
      },
      actor,
    );
    if (stages.every((stage) => stage["type"] === storedChange)) await untilComplete(engine, id);
    return { id };
  }
  const post: GateRoute["handle"] = async (request) => ({ body: { ref: `/tasks/${(await start(request)).id}` } });
  const get: GateRoute["handle"] = async ({ params }) => ({
    body: taskJson(await existing(engine, params["id"] ?? "")),
  });
  const cancel: GateRoute["handle"] = async ({ params, actor }) => {
    await engine.cancel((await existing(engine, params["id"] ?? "")).id, null, actor);
    return { body: {} };
  };

  return [
    { method: "POST", path: "/tasks", document: true, handle: post },
    { method: "POST", path: "/applications/:application/tasks", document: true, handle: post },
    { method: "GET", path: "/tasks/:id", handle: get },
    { method: "GET", path: "/applications/:application/tasks/:id", handle: get },
    { method: "PUT", path: "/tasks/:id/cancel", handle: cancel },
    { method: "PUT", path: "/applications/:application/tasks/:id/cancel", handle: cancel },
    {
      method: "PUT",
      path: "/tasks/cancel",
      handle: async ({ query, actor }) => {
        for (const id of (query["ids"] ?? "").split(",").filter(Boolean))
          await engine.cancel((await existing(engine, id)).id, null, actor);
        return { body: {} };
      },
    },
    {
      method: "DELETE",
      path: "/tasks/:id",
      handle: async ({ params, actor }) => {
        await engine.remove((await existing(engine, params["id"] ?? "")).id, actor);
        return { body: {} };
      },
    },
    {
      method: "GET",
      path: "/applications/:application/tasks",
      handle: async ({ params, query }) => {
        const limit = limitOf(query["limit"], 25);
        const page = Math.max(1, Math.min(Number.parseInt(query["page"] ?? "1", 10) || 1, 1_000));
        const statuses = statusesOf(query["statuses"]);
        const ids = await runs.operationIds((params["application"] ?? "").toLowerCase(), limit * page);
        const wanted = ids.slice(limit * (page - 1));
        const found = wanted.length === 0 ? [] : await engine.list({ ids: wanted, limit: wanted.length });
        return { body: found.filter((each) => statuses.length === 0 || statuses.includes(each.status)).map(taskJson) };
      },
    },
  ];
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
