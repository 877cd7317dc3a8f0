import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { ApplicationInput } from "@gennaker/contract/resources/application.ts";
import { applicationInput } from "@gennaker/contract/resources/application.ts";
import { completeStatuses } from "@gennaker/contract/resources/execution.ts";
import { operationStages } from "../deliver/executions/api.ts";
import type { Engine } from "../engine/api.ts";
import type { Actor } from "../platform/audit/api.ts";
import type { GateRoute } from "../platform/http/api.ts";
import { parseJsonBody } from "../platform/http/json-body.ts";
import type { GateDependencies } from "./deps.ts";
import { taskJson } from "./execution-json.ts";
import { existing } from "./executions.ts";
import { objectOf } from "./pipelines.ts";

const patienceMs = 800;

type Job = (job: JsonObject, actor: Actor) => Promise<void>;

/** Gate's write path: `POST /tasks` with jobs, and reading the task that came of it. */
export function taskRoutes(dependencies: GateDependencies): GateRoute[] {
  const { engine, runs } = dependencies;
  const immediate = immediateJobs(dependencies);

  return [
    {
      method: "POST",
      path: "/tasks",
      document: true,
      handle: async ({ body, actor }) => {
        const task = objectOf(body, "a task");
        const jobs = jobsOf(task["job"]);
        const application = typeof task["application"] === "string" ? task["application"].toLowerCase() : "spinnaker";
        // Changes of stored objects are done before the answer, so the first GET already finds a final status.
        for (const job of jobs) await immediate.get(String(job["type"]))?.(job, actor);
        const later = jobs.filter((job) => !immediate.has(String(job["type"])));
        const { id } = await engine.start(
          {
            type: "ORCHESTRATION",
            application,
            name: typeof task["description"] === "string" ? task["description"] : String(jobs[0]?.["type"]),
            pipelineConfigId: null,
            stages: operationStages(
              later.length > 0 ? later : [{ type: "wait", name: String(jobs[0]?.["type"]), waitTime: 0 }],
            ),
            trigger: { type: "manual", user: actor.user },
            initialConfig: task,
          },
          actor,
        );
        if (later.length === 0) await untilComplete(engine, id);
        return { body: { ref: `/tasks/${id}` } };
      },
    },
    {
      method: "GET",
      path: "/tasks/:id",
      handle: async ({ params }) => ({ body: taskJson(await existing(engine, params["id"] ?? "")) }),
    },
    {
      method: "PUT",
      path: "/tasks/:id/cancel",
      handle: async ({ params, actor }) => {
        await engine.cancel((await existing(engine, params["id"] ?? "")).id, null, actor);
        return { body: {} };
      },
    },
    {
      method: "GET",
      path: "/applications/:application/tasks",
      handle: async ({ params, query }) => {
        const limit = Number(query["limit"]);
        const ids = await runs.operationIds(
          (params["application"] ?? "").toLowerCase(),
          Number.isInteger(limit) && limit > 0 ? Math.min(limit, 500) : 25,
        );
        return { body: ids.length === 0 ? [] : (await engine.list({ ids, limit: ids.length })).map(taskJson) };
      },
    },
  ];
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

/** Jobs that change a stored object at once, by type. */
function immediateJobs({ applications, pipelines }: GateDependencies): ReadonlyMap<string, Job> {
  const saveApplication: Job = async (job, actor) => {
    const attributes = objectOf(job["application"], "the job's application");
    const name = String(attributes["name"] ?? "");
    const before = (await applications.get(name))?.attributes ?? {};
    await applications.save(name, toInput({ ...before, ...attributes }), actor);
  };
  return new Map<string, Job>([
    ["createApplication", saveApplication],
    ["updateApplication", saveApplication],
    [
      "deleteApplication",
      async (job, actor) =>
        applications.remove(String(objectOf(job["application"], "the job's application")["name"] ?? ""), actor),
    ],
    [
      "savePipeline",
      async (job, actor) => {
        const { document, received } = decodePipeline(job["pipeline"]);
        await pipelines.save(document, actor, {
          staleCheck: job["staleCheck"] === true,
          ...(received === null ? {} : { received }),
        });
      },
    ],
    [
      "deletePipeline",
      async (job, actor) => {
        const { document } = decodePipeline(job["pipeline"]);
        await pipelines.remove(String(document["id"] ?? ""), actor);
      },
    ],
  ]);
}

/** Spinnaker's attributes as ours: providers may be comma-separated text, and null says nothing. */
function toInput(attributes: JsonObject): ApplicationInput {
  const known = Object.fromEntries(
    Object.entries(attributes).filter(([key, value]) => value !== null || !(key in applicationInput.shape)),
  );
  const { cloudProviders } = known;
  const list =
    typeof cloudProviders === "string"
      ? cloudProviders
          .split(",")
          .map((each) => each.trim())
          .filter(Boolean)
      : cloudProviders;
  return applicationInput.parse({ ...known, ...(list === undefined ? {} : { cloudProviders: list }) });
}

/** A pipeline travels as base64 text or as an object; only the text tells how its numbers were written. */
function decodePipeline(value: Json | undefined): { document: JsonObject; received: string | null } {
  if (typeof value !== "string") return { document: objectOf(value, "the job's pipeline"), received: null };
  const received = Buffer.from(value, "base64").toString("utf8");
  try {
    return { document: objectOf(parseJsonBody(received), "the job's pipeline"), received };
  } catch (error) {
    throw new GennakerError(
      "invalid_request",
      `The job's pipeline is no base64-encoded JSON object: ${(error as Error).message}`,
      {
        problems: [{ pointer: "/job/pipeline", reason: "expected base64-encoded JSON" }],
        cause: error,
      },
    );
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
