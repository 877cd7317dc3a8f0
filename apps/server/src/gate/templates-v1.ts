import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { completeStatuses } from "@gennaker/contract/resources/execution.ts";
import type { Actor } from "../platform/audit/api.ts";
import type { GateRoute } from "../platform/http/api.ts";
import type { GateDependencies } from "./deps.ts";
import { objectOf } from "./pipelines.ts";
import { createTaskStarter } from "./start-task.ts";
import { dependentJson, scopesOf } from "./templates.ts";

/** Gate's paths about pipeline templates of the first generation. What changes one is a task, as in Gate. */
export function firstTemplateRoutes(dependencies: GateDependencies): GateRoute[] {
  const { templates } = dependencies;
  const start = createTaskStarter(dependencies);
  const change = async (type: string, about: string, application: string, job: JsonObject, actor: Actor) => {
    const task = { application, description: `${about} pipeline template`, job: [{ type, ...job }] };
    return { status: 202, body: await start(task, JSON.stringify(task), actor) };
  };
  const one = async (id: string): Promise<JsonObject> => {
    const found = await templates.get(id, {});
    if (found !== null && isFirst(found.document)) return found.document;
    throw new GennakerError("not_found", `Pipeline template ${id} not found.`);
  };

  return [
    {
      method: "GET",
      path: "/pipelineTemplates",
      handle: async ({ query }) => ({
        body: (await templates.list(scopesOf(query["scopes"] ?? query["scope"])))
          .map(({ document }) => document)
          .filter(isFirst),
      }),
    },
    {
      method: "POST",
      path: "/pipelineTemplates",
      document: true,
      handle: async ({ body, bodyText, actor }) => {
        const template = templateIn(body);
        const job = { pipelineTemplate: encoded(bodyText) };
        return change("createPipelineTemplate", "Create", applicationOf(template), job, actor);
      },
    },
    {
      method: "GET",
      path: "/pipelineTemplates/resolve",
      handle: async ({ query }) => ({ body: await resolved(dependencies, one, query) }),
    },
    {
      method: "GET",
      path: "/pipelineTemplates/:id",
      handle: async ({ params }) => ({ body: await one(params["id"] ?? "") }),
    },
    {
      method: "POST",
      path: "/pipelineTemplates/:id",
      document: true,
      handle: async ({ params, query, body, bodyText, actor }) => {
        const application = applicationOf(templateIn(body));
        const skipPlanDependents = query["skipPlanDependents"] === "true";
        const job = { id: params["id"] ?? "", pipelineTemplate: encoded(bodyText), skipPlanDependents };
        return change("updatePipelineTemplate", "Update", application, job, actor);
      },
    },
    {
      method: "DELETE",
      path: "/pipelineTemplates/:id",
      handle: async ({ params, query, actor }) => {
        const job = { pipelineTemplateId: params["id"] ?? "" };
        return change("deletePipelineTemplate", "Delete", query["application"] || "spinnaker", job, actor);
      },
    },
    {
      method: "GET",
      path: "/pipelineTemplates/:id/dependents",
      handle: async ({ params }) => ({ body: (await templates.dependents(params["id"] ?? "")).map(dependentJson) }),
    },
  ];
}

/** Templates with another schema than "v2" are of the first generation. */
function isFirst(document: JsonObject): boolean {
  return document["schema"] !== "v2";
}

function templateIn(body: unknown): JsonObject {
  const document = objectOf(body, "a pipeline template");
  if (isFirst(document)) return document;
  throw new GennakerError(
    "invalid_pipeline",
    "Templates of the second generation are saved at /v2/pipelineTemplates.",
    {
      problems: [{ pointer: "/schema", reason: 'must be "1" here' }],
    },
  );
}

/** A task belongs to the template's application if it has just one. */
function applicationOf({ metadata }: JsonObject): string {
  const scopes = isJsonObject(metadata) && Array.isArray(metadata["scopes"]) ? metadata["scopes"] : [];
  return scopes.length === 1 && typeof scopes[0] === "string" ? scopes[0] : "spinnaker";
}

/** As it was received, so that its numbers stay as they are written. */
function encoded(received: string): string {
  return Buffer.from(received).toString("base64");
}

/** The template that a source names; a source may be an expression over a run, such as `spinnaker://{{ trigger.parameters.t }}`. */
async function resolved(
  { engine }: Pick<GateDependencies, "engine">,
  one: (id: string) => Promise<JsonObject>,
  query: Record<string, string | undefined>,
): Promise<JsonObject> {
  const given = query["source"] ?? "";
  const source = given.includes("{{") ? await rendered(engine, given, query) : given;
  const id = /^spinnaker:\/\/(.+)$/.exec(source)?.[1];
  if (id === undefined) {
    const message = `A template's source is spinnaker://ID here, not "${source.slice(0, 200)}".`;
    throw new GennakerError("invalid_request", message, {
      problems: [{ pointer: "/source", reason: "names no template" }],
    });
  }
  const template = await one(id);
  const parent = template["source"];
  if (typeof parent !== "string" || parent === "") return template;
  throw new GennakerError(
    "invalid_pipeline",
    `Template ${id} has a parent (${parent}); save it with its parent's parts in it.`,
    {
      problems: [{ pointer: "/source", reason: "names a parent template" }],
    },
  );
}

/** Paths such as `trigger.parameters.t` are looked up in the run, or in the pipeline's newest that has ended. */
async function rendered(
  engine: GateDependencies["engine"],
  text: string,
  { executionId = "", pipelineConfigId = "" }: Record<string, string | undefined>,
): Promise<string> {
  const filter = { pipelineConfigIds: [pipelineConfigId], statuses: [...completeStatuses], limit: 1 };
  const run = executionId === "" ? (await engine.list(filter))[0] : await engine.get(executionId);
  return text.replaceAll(/\{\{\s*([\w.]+)\s*\}\}/g, (whole, path: string) => {
    let value: unknown = run === undefined || run === null ? undefined : { trigger: run.trigger };
    for (const key of path.split(".")) value = isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    return typeof value === "string" || typeof value === "number" ? String(value) : whole;
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
