import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { GateRoute } from "../platform/http/api.ts";
import type { GateDependencies } from "./deps.ts";
import { objectOf } from "./pipelines.ts";

/** Gate's and Kayenta's paths about canary configs. */
export function canaryRoutes({ canaryConfigs }: GateDependencies): GateRoute[] {
  const one = async (id: string) => {
    const found = await canaryConfigs.get(id);
    if (found) return found;
    throw new GennakerError("not_found", `Canary config ${id} not found.`);
  };
  return [
    {
      method: "GET",
      path: "/v2/canaryConfig",
      handle: async ({ query }) => ({
        body: (await canaryConfigs.list(query["application"] || null)).map(({ id, document, updatedAt }) => ({
          id,
          name: String(document["name"] ?? id),
          applications: (document["applications"] ?? []) as JsonObject[string],
          updatedTimestamp: Date.parse(updatedAt),
          updatedTimestampIso: updatedAt,
        })),
      }),
    },
    {
      method: "GET",
      path: "/v2/canaryConfig/:id",
      handle: async ({ params }) => ({ body: (await one(params["id"] ?? "")).document }),
    },
    {
      method: "POST",
      path: "/v2/canaryConfig",
      document: true,
      handle: async ({ body, actor }) => {
        const document = objectOf(body, "a canary config");
        const { id } = await canaryConfigs.save(
          typeof document["id"] === "string" ? document["id"] : null,
          document,
          actor,
        );
        return { body: { canaryConfigId: id } };
      },
    },
    {
      method: "PUT",
      path: "/v2/canaryConfig/:id",
      document: true,
      handle: async ({ params, body, actor }) => {
        const { id } = await one(params["id"] ?? "");
        await canaryConfigs.save(id, objectOf(body, "a canary config"), actor);
        return { body: { canaryConfigId: id } };
      },
    },
    {
      method: "DELETE",
      path: "/v2/canaryConfig/:id",
      handle: async ({ params, actor }) => {
        await canaryConfigs.remove((await one(params["id"] ?? "")).id, actor);
        return { body: {} };
      },
    },
  ];
}
