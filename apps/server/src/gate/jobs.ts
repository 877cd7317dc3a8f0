import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import type { ApplicationInput } from "@gennaker/contract/resources/application.ts";
import { applicationInput } from "@gennaker/contract/resources/application.ts";
import type { Pipelines } from "../deliver/pipelines/api.ts";
import type { Actor } from "../platform/audit/api.ts";
import { parseJsonBody } from "../platform/http/json-body.ts";
import { parseExact } from "../platform/values/exact-numbers.ts";
import type { GateDependencies } from "./deps.ts";
import { objectOf } from "./pipelines.ts";

/**
 * Does what a job says, at once. `exact` is the same job for writing only: its numbers are printed as they were received.
 */
type Job = (job: JsonObject, actor: Actor, exact: JsonObject) => Promise<void>;

type Dependencies = Pick<GateDependencies, "applications" | "pipelines" | "strategies" | "projects" | "templates">;

/** The jobs of `/tasks` that change a stored object, by type. All others are stages that the engine runs. */
export function storedObjectJobs({
  applications,
  pipelines,
  strategies,
  projects,
  templates,
}: Dependencies): ReadonlyMap<string, Job> {
  const saveApplication: Job = async (job, actor, exact) => {
    const attributes = objectOf(job["application"], "the job's application");
    const name = String(attributes["name"] ?? "");
    const before = await applications.get(name);
    const kept = before ? (parseExact(before.text) as JsonObject) : {};
    const received = JSON.stringify({ ...kept, ...(exact["application"] as JsonObject) });
    await applications.save(name, toInput({ ...before?.attributes, ...attributes }), actor, received);
  };
  const save = (kept: Pipelines, field: string): Job => {
    return async (job, actor, exact) => {
      const { document, received } = decoded(job[field], field);
      const text = received ?? JSON.stringify(exact[field]);
      await kept.save(document, actor, { staleCheck: job["staleCheck"] === true, received: text });
    };
  };
  const remove = (kept: Pipelines, field: string): Job => {
    return async (job, actor) => kept.remove(String(decoded(job[field], field).document["id"] ?? ""), actor);
  };
  return new Map<string, Job>([
    ["createApplication", saveApplication],
    ["updateApplication", saveApplication],
    [
      "deleteApplication",
      async (job, actor) =>
        applications.remove(String(objectOf(job["application"], "the job's application")["name"] ?? ""), actor),
    ],
    ["savePipeline", save(pipelines, "pipeline")],
    ["updatePipeline", save(pipelines, "pipeline")],
    ["deletePipeline", remove(pipelines, "pipeline")],
    ["saveStrategy", save(strategies, "strategy")],
    ["deleteStrategy", remove(strategies, "strategy")],
    [
      "reorderPipelines",
      async (job, actor) => {
        const kept = plainOrDecoded(job["isStrategy"]) === true ? strategies : pipelines;
        const indexes = objectOf(plainOrDecoded(job["idsToIndices"]), "idsToIndices");
        await kept.reorder(String(plainOrDecoded(job["application"]) ?? ""), indexes, actor);
      },
    ],
    ...templateJobs(templates),
    [
      "upsertProject",
      async (job, actor, exact) => {
        const project = objectOf(job["project"], "the job's project");
        await projects.save(project, actor, JSON.stringify(exact["project"]));
      },
    ],
    [
      "deleteProject",
      async (job, actor) => projects.remove(String(objectOf(job["project"], "the job's project")["id"] ?? ""), actor),
    ],
  ]);
}

/** Pipeline templates travel in base64; those of the second generation have tags and digests. */
function templateJobs(templates: Dependencies["templates"]): [string, Job][] {
  const tagOf = (job: JsonObject) => (typeof job["tag"] === "string" && job["tag"] !== "" ? job["tag"] : null);
  const template = (job: JsonObject) => decoded(job["pipelineTemplate"], "pipelineTemplate").document;
  const idOf = (job: JsonObject) => String(job["pipelineTemplateId"] ?? job["id"] ?? "");
  const create: Job = async (job, actor) => void (await templates.create(template(job), tagOf(job), actor));
  const update: Job = async (job, actor) => {
    const options = { tag: tagOf(job), skipPlanDependents: job["skipPlanDependents"] === true };
    await templates.update(idOf(job), template(job), options, actor);
  };
  const remove: Job = async (job, actor) => {
    const [tag, digest] = [tagOf(job), typeof job["digest"] === "string" ? job["digest"] : ""];
    await templates.remove(idOf(job), { ...(tag ? { tag } : {}), ...(digest ? { digest } : {}) }, actor);
  };
  return [
    ["createPipelineTemplate", create],
    ["updatePipelineTemplate", update],
    ["deletePipelineTemplate", remove],
    ["createV2PipelineTemplate", create],
    ["updateV2PipelineTemplate", update],
    ["deleteV2PipelineTemplate", remove],
  ];
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

/** A document travels as base64 text or as an object; only the text tells how its numbers were written. */
function decoded(value: Json | undefined, field: string): { document: JsonObject; received: string | null } {
  if (typeof value !== "string") return { document: objectOf(value, `the job's ${field}`), received: null };
  const received = Buffer.from(value, "base64").toString("utf8");
  try {
    return { document: objectOf(parseJsonBody(received), `the job's ${field}`), received };
  } catch (error) {
    throw new GennakerError(
      "invalid_request",
      `The job's ${field} is no base64-encoded JSON object: ${(error as Error).message}`,
      {
        problems: [{ pointer: `/job/${field}`, reason: "expected base64-encoded JSON" }],
        cause: error,
      },
    );
  }
}

/** A value as it is, or what its base64 text holds. */
function plainOrDecoded(value: Json | undefined): unknown {
  if (typeof value !== "string") return value;
  try {
    return parseJsonBody(Buffer.from(value, "base64").toString("utf8"));
  } catch {
    return value;
  }
}
