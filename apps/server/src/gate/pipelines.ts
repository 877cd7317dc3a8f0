import { randomUUID } from "node:crypto";
import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { StoredPipeline } from "../deliver/pipelines/api.ts";
import { documentForAnswer } from "../deliver/pipelines/api.ts";
import type { Actor } from "../platform/audit/api.ts";
import type { GateRequest, GateRoute } from "../platform/http/api.ts";
import type { GateDependencies } from "./deps.ts";

/** Gate's paths about pipeline configs: list, read, save, delete, start. */
export function pipelineRoutes({ pipelines }: GateDependencies): GateRoute[] {
  async function named(request: GateRequest): Promise<StoredPipeline> {
    const application = request.params["application"] ?? "";
    const name = request.params["name"] ?? "";
    const found = (await pipelines.byName(application, name)) ?? (await ownedById(application, name));
    if (found) return found;
    throw new GennakerError("not_found", `Pipeline ${name} not found in application ${application}.`);
  }

  async function ownedById(application: string, id: string): Promise<StoredPipeline | null> {
    const found = await pipelines.get(id);
    return found?.application === application.toLowerCase() ? found : null;
  }

  const update: GateRoute["handle"] = async ({ params, body, bodyText, actor }) => {
    const existing = await pipelines.get(params["id"] ?? "");
    if (!existing) throw new GennakerError("not_found", `Pipeline ${params["id"]} not found.`);
    const sent = objectOf(body, "a pipeline");
    if ((sent["id"] ?? "") !== "" && sent["id"] !== existing.id) {
      throw new GennakerError("invalid_request", `The pipeline's id is not ${existing.id}, which the path names.`, {
        problems: [{ pointer: "/id", reason: "is another than the path's" }],
      });
    }
    const document = { ...sent, id: existing.id };
    return {
      body: documentForAnswer(await pipelines.save(document, actor, { staleCheck: false, received: bodyText })),
    };
  };
  const start: GateRoute["handle"] = async (request) => {
    const { id } = await pipelines.start(await named(request), startRequest(request.body), request.actor);
    return { status: 202, body: { ref: `/pipelines/${id}` } };
  };

  return [
    {
      method: "GET",
      path: "/applications/:application/pipelineConfigs",
      handle: async ({ params }) => ({
        body: (await pipelines.list(params["application"] ?? "")).map(documentForAnswer),
      }),
    },
    {
      method: "GET",
      path: "/applications/:application/pipelineConfigs/:name",
      handle: async (request) => ({ body: documentForAnswer(await named(request)) }),
    },
    {
      method: "POST",
      path: "/pipelines",
      document: true,
      handle: async ({ body, bodyText, query, actor }) => {
        const saved = await pipelines.save(objectOf(body, "a pipeline"), actor, {
          staleCheck: query["staleCheck"] === "true",
          received: bodyText,
        });
        return { body: documentForAnswer(saved) };
      },
    },
    { method: "PUT", path: "/pipelines/:id", document: true, handle: update },
    { method: "POST", path: "/pipelineConfigs/:id", document: true, handle: update },
    {
      method: "DELETE",
      path: "/pipelines/:application/:name",
      handle: async (request) => {
        await pipelines.remove((await named(request)).id, request.actor);
        return { body: {} };
      },
    },
    { method: "POST", path: "/pipelines/:application/:name", document: true, handle: start },
    { method: "POST", path: "/applications/:application/pipelineConfigs/:name", document: true, handle: start },
    {
      // A pipeline that need not be saved: all of it is sent, its trigger too.
      method: "POST",
      path: "/pipelines/start",
      document: true,
      handle: async ({ body, bodyText, actor }) => {
        const sent = objectOf(body, "a pipeline with its trigger");
        const { id } = await pipelines.start(unsaved(sent, bodyText, actor), startRequest(sent["trigger"]), actor);
        return { body: { ref: `/pipelines/${id}` } };
      },
    },
    {
      method: "POST",
      path: "/pipelines/v2/:application/:name",
      document: true,
      handle: async (request) => {
        const eventId = randomUUID();
        const { id } = await pipelines.start(
          await named(request),
          startRequest(request.body, { eventId }),
          request.actor,
        );
        return { status: 202, body: { eventId, ref: `/pipelines/${id}` } };
      },
    },
  ];
}

/** A document that was sent to be run as it is. */
function unsaved(sent: JsonObject, text: string, actor: Actor): StoredPipeline {
  const { trigger: _trigger, ...document } = sent;
  const problems = ["application", "name"].flatMap((field) =>
    typeof document[field] === "string" && document[field] !== ""
      ? []
      : [{ pointer: `/${field}`, reason: "is required: a text" }],
  );
  const isInstance = document["type"] === "templatedPipeline" || document["schema"] === "v2";
  if (!isInstance && !Array.isArray(document["stages"]))
    problems.push({ pointer: "/stages", reason: "is required: a list of stages" });
  const [first] = problems;
  if (first !== undefined)
    throw new GennakerError("invalid_pipeline", `The pipeline was not started: ${first.pointer} ${first.reason}.`, {
      problems,
    });
  const id = typeof document["id"] === "string" && document["id"] !== "" ? document["id"] : randomUUID();
  return {
    id,
    application: String(document["application"]).toLowerCase(),
    name: String(document["name"]),
    disabled: document["disabled"] === true,
    version: 0,
    document: { ...document, id },
    text,
    updatedAt: new Date(),
    lastModifiedBy: actor.user,
  };
}

/** Both bodies in use: the trigger itself, or the trigger under `trigger`. */
function startRequest(body: unknown, more: JsonObject = {}) {
  const outer = isJsonObject(body) ? body : {};
  const trigger = isJsonObject(outer["trigger"]) ? outer["trigger"] : outer;
  const { parameters, artifacts, ...rest } = trigger;
  return {
    parameters: isJsonObject(parameters) ? parameters : {},
    artifacts: (Array.isArray(artifacts) ? artifacts : []) as JsonObject[],
    trigger: { type: "manual", ...rest, ...more },
  };
}

export function objectOf(body: unknown, what: string): JsonObject {
  if (isJsonObject(body)) return body;
  throw new GennakerError("invalid_request", `Send ${what} as a JSON object.`, {
    problems: [{ pointer: "", reason: "expected an object" }],
  });
}
