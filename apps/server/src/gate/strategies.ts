import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { StoredPipeline } from "../deliver/pipelines/api.ts";
import { documentForAnswer } from "../deliver/pipelines/api.ts";
import type { GateRoute } from "../platform/http/api.ts";
import type { GateDependencies } from "./deps.ts";
import { historyJson } from "./pipeline-configs.ts";
import { objectOf } from "./pipelines.ts";

/** Gate's paths about deployment strategies: the same documents as pipelines, kept apart. */
export function strategyRoutes({ strategies }: Pick<GateDependencies, "strategies">): GateRoute[] {
  async function named(application: string, name: string): Promise<StoredPipeline> {
    const found = await strategies.byName(application, name);
    if (found) return found;
    throw new GennakerError("not_found", `Strategy ${name} not found in application ${application}.`);
  }

  return [
    {
      method: "GET",
      path: "/strategyConfigs",
      handle: async () => ({ body: (await strategies.all()).map(documentForAnswer) }),
    },
    {
      method: "GET",
      path: "/strategyConfigs/:id/history",
      handle: async ({ params, query }) => ({
        body: await historyJson(strategies, params["id"] ?? "", query["limit"]),
      }),
    },
    {
      method: "GET",
      path: "/applications/:application/strategyConfigs",
      handle: async ({ params }) => ({
        body: (await strategies.list(params["application"] ?? "")).map(documentForAnswer),
      }),
    },
    {
      method: "GET",
      path: "/applications/:application/strategyConfigs/:name",
      handle: async ({ params }) => ({
        body: documentForAnswer(await named(params["application"] ?? "", params["name"] ?? "")),
      }),
    },
    {
      method: "POST",
      path: "/strategies",
      document: true,
      handle: async ({ body, bodyText, actor }) => {
        const document = objectOf(body, "a strategy");
        const saved = await strategies.save(withKnownId(document, await sameName(document)), actor, {
          staleCheck: false,
          received: bodyText,
        });
        return { body: documentForAnswer(saved) };
      },
    },
    {
      method: "PUT",
      path: "/strategies/:id",
      document: true,
      handle: async ({ params, body, bodyText, actor }) => {
        const existing = await strategies.get(params["id"] ?? "");
        if (!existing) throw new GennakerError("not_found", `Strategy ${params["id"]} not found.`);
        const document = { ...objectOf(body, "a strategy"), id: existing.id };
        const saved = await strategies.save(document, actor, { staleCheck: false, received: bodyText });
        return { body: documentForAnswer(saved) };
      },
    },
    {
      method: "POST",
      path: "/strategies/move",
      handle: async ({ body, actor }) => {
        const { application, from, to } = objectOf(body, "application, from and to");
        const found = await named(String(application ?? ""), String(from ?? ""));
        const document = { ...found.document, name: String(to ?? "") };
        await strategies.save(document, actor, { staleCheck: false, received: found.text });
        return { body: {} };
      },
    },
    {
      method: "DELETE",
      path: "/strategies/:application/:name",
      handle: async ({ params, actor }) => {
        await strategies.remove((await named(params["application"] ?? "", params["name"] ?? "")).id, actor);
        return { body: {} };
      },
    },
  ];

  /** Deck saves a strategy without its id where it only knows the name. */
  async function sameName({ application, name }: JsonObject): Promise<StoredPipeline | null> {
    return typeof application === "string" && typeof name === "string" ? strategies.byName(application, name) : null;
  }
}

function withKnownId(document: JsonObject, known: StoredPipeline | null): JsonObject {
  const given = document["id"];
  return known === null || (typeof given === "string" && given !== "") ? document : { ...document, id: known.id };
}
