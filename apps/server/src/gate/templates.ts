import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { StoredTemplate, TemplateVersion } from "../deliver/templates/api.ts";
import type { GateRequest, GateRoute } from "../platform/http/api.ts";
import type { GateDependencies } from "./deps.ts";
import { objectOf } from "./pipelines.ts";

/** Gate's paths about pipeline templates of the second generation. */
export function templateRoutes({ templates }: Pick<GateDependencies, "templates">): GateRoute[] {
  const done = { status: "SUCCEEDED" };
  return [
    {
      method: "GET",
      path: "/v2/pipelineTemplates",
      handle: async ({ query }) => ({
        body: (await templates.list(scopesOf(query["scopes"]))).map(({ document }) => document),
      }),
    },
    {
      method: "GET",
      path: "/v2/pipelineTemplates/versions",
      handle: async ({ query }) => {
        const groups = Map.groupBy(await templates.versions(scopesOf(query["scopes"])), ({ id }) => id);
        return { body: Object.fromEntries([...groups].map(([id, versions]) => [id, versions.map(versionJson)])) };
      },
    },
    {
      method: "POST",
      path: "/v2/pipelineTemplates/plan",
      document: true,
      handle: async ({ body }) => {
        const planned = await templates.expand(objectOf(body, "a template instance"));
        if ("document" in planned) return { body: planned.document };
        const message = `The pipeline could not be planned: ${planned.problems.map(({ pointer, reason }) => `${pointer} ${reason}`).join("; ")}.`;
        throw new GennakerError("invalid_pipeline", message, { problems: planned.problems });
      },
    },
    {
      method: "POST",
      path: "/v2/pipelineTemplates/create",
      document: true,
      handle: async ({ body, query, actor }) => {
        await templates.create(templateIn(body), query["tag"] || null, actor);
        return { body: done };
      },
    },
    {
      method: "POST",
      path: "/v2/pipelineTemplates/update/:id",
      document: true,
      handle: async ({ params, body, query, actor }) => {
        const options = { tag: query["tag"] || null, skipPlanDependents: query["skipPlanDependents"] === "true" };
        await templates.update(params["id"] ?? "", templateIn(body), options, actor);
        return { body: done };
      },
    },
    {
      method: "GET",
      path: "/v2/pipelineTemplates/:id",
      handle: async (request) => {
        const id = request.params["id"] ?? "";
        const found = await templates.get(id, versionOf(request));
        if (found === null) throw new GennakerError("not_found", `Pipeline template ${id} not found.`);
        return { body: found.document };
      },
    },
    {
      method: "GET",
      path: "/v2/pipelineTemplates/:id/dependents",
      handle: async ({ params }) => ({
        body: (await templates.dependents(params["id"] ?? "")).map(dependentJson),
      }),
    },
    {
      method: "DELETE",
      path: "/v2/pipelineTemplates/:id",
      handle: async (request) => {
        await templates.remove(request.params["id"] ?? "", versionOf(request), request.actor);
        return { status: 202, body: done };
      },
    },
  ];
}

/** A template without a schema is of the second generation. */
function templateIn(body: unknown): JsonObject {
  const document = objectOf(body, "a pipeline template");
  if (document["schema"] === undefined || document["schema"] === null) return { ...document, schema: "v2" };
  if (document["schema"] === "v2") return document;
  throw new GennakerError("invalid_pipeline", 'The template was not saved: its schema must be "v2".', {
    problems: [{ pointer: "/schema", reason: 'must be "v2"' }],
  });
}

function versionOf({ query }: GateRequest): TemplateVersion {
  return { ...(query["tag"] ? { tag: query["tag"] } : {}), ...(query["digest"] ? { digest: query["digest"] } : {}) };
}

function versionJson({ tag, digest, document }: StoredTemplate): JsonObject {
  return { ...document, ...(tag === null ? {} : { tag }), ...(digest === null ? {} : { digest }) };
}

/** A pipeline that is made from a template. */
export function dependentJson(pipeline: JsonObject): JsonObject {
  return {
    application: pipeline["application"] ?? null,
    pipelineConfigId: pipeline["id"] ?? null,
    pipelineName: pipeline["name"] ?? null,
  };
}

export function scopesOf(value: string | undefined): string[] {
  return (value ?? "")
    .split(",")
    .map((scope) => scope.trim())
    .filter(Boolean);
}
