import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { Pipelines } from "../deliver/pipelines/api.ts";
import { documentForAnswer } from "../deliver/pipelines/api.ts";
import type { Actor } from "../platform/audit/api.ts";
import type { GateRoute } from "../platform/http/api.ts";
import type { GateDependencies } from "./deps.ts";
import { limitOf } from "./executions.ts";
import { objectOf } from "./pipelines.ts";
import { templateFromPipeline } from "./template-conversion.ts";

/** Gate's paths about pipeline configs of every application: all of them, their history, their order, many at once. */
export function pipelineConfigRoutes({ pipelines, strategies }: GateDependencies): GateRoute[] {
  const reorder = (kept: Pipelines): GateRoute["handle"] => {
    return async ({ body, actor }) => {
      const { application, idsToIndices } = objectOf(body, "application and idsToIndices");
      await kept.reorder(textOf(application, "application"), objectOf(idsToIndices, "idsToIndices"), actor);
      return { body: { status: "SUCCEEDED" } };
    };
  };
  return [
    {
      method: "GET",
      path: "/pipelineConfigs",
      handle: async () => ({ body: (await pipelines.all()).map(documentForAnswer) }),
    },
    {
      method: "GET",
      path: "/pipelineConfigs/:id/history",
      handle: async ({ params, query }) => ({ body: await historyJson(pipelines, params["id"] ?? "", query["limit"]) }),
    },
    {
      method: "GET",
      path: "/pipelineConfigs/:id/convertToTemplate",
      handle: async ({ params }) => {
        const found = await pipelines.get(params["id"] ?? "");
        if (!found) throw new GennakerError("not_found", `Pipeline config ${params["id"]} not found.`);
        return { content: templateFromPipeline(found.document), mediaType: "text/plain; charset=utf-8" };
      },
    },
    { method: "POST", path: "/actions/pipelines/reorder", handle: reorder(pipelines) },
    { method: "POST", path: "/actions/strategies/reorder", handle: reorder(strategies) },
    {
      method: "POST",
      path: "/pipelines/move",
      handle: async ({ body, actor }) => {
        const command = objectOf(body, "application, from and to");
        const [application, from] = [textOf(command["application"], "application"), textOf(command["from"], "from")];
        const found = await pipelines.byName(application, from);
        if (!found) throw new GennakerError("not_found", `Pipeline ${from} not found in application ${application}.`);
        const document = { ...found.document, name: textOf(command["to"], "to") };
        await pipelines.save(document, actor, { staleCheck: false, received: found.text });
        return { body: {} };
      },
    },
    {
      method: "POST",
      path: "/pipelines/bulksave",
      document: true,
      handle: async ({ body, query, actor }) => {
        if (!Array.isArray(body)) throw new GennakerError("invalid_request", "Send a list of pipelines.");
        const staleCheck = query["staleCheck"] === "true";
        return { body: await saveAll(pipelines, body as JsonObject[string][], staleCheck, actor) };
      },
    },
  ];
}

/** One after the other; what cannot be saved is told and does not stop the rest. */
async function saveAll(
  pipelines: Pipelines,
  documents: readonly JsonObject[string][],
  staleCheck: boolean,
  actor: Actor,
): Promise<JsonObject> {
  const [saved, failed]: [JsonObject[string][], JsonObject[string][]] = [[], []];
  for (const document of documents) {
    const said = isJsonObject(document) ? document : { received: document };
    try {
      await pipelines.save(objectOf(document, "each pipeline"), actor, { staleCheck });
      saved.push(`${said["application"] as string}: ${said["name"] as string}`);
    } catch (error) {
      if (!(error instanceof GennakerError)) throw error;
      failed.push({ ...said, errorMsg: error.message });
    }
  }
  return {
    successful_pipelines_count: saved.length,
    successful_pipelines: saved,
    failed_pipelines_count: failed.length,
    failed_pipelines: failed,
  };
}

/** The versions of a config, newest first, as they were saved; twenty unless the limit says otherwise. */
export async function historyJson(kept: Pipelines, id: string, limit: string | undefined): Promise<JsonObject[]> {
  const versions = await kept.history(id, limitOf(limit, 20));
  if (versions.length === 0) throw new GennakerError("not_found", `There is no version of a config with the id ${id}.`);
  return versions.map(documentForAnswer);
}

function textOf(value: JsonObject[string] | undefined, field: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new GennakerError("invalid_request", `\`${field}\` is a required field of the request.`, {
    problems: [{ pointer: `/${field}`, reason: "is missing; give a text" }],
  });
}
