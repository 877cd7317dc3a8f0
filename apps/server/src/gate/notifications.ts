import { GennakerError } from "@gennaker/contract/errors.ts";
import type { GateRoute } from "../platform/http/api.ts";
import type { GateDependencies } from "./deps.ts";
import { objectOf } from "./pipelines.ts";

/** Gate's paths about whom an application tells; the only type there is, as in Spinnaker, is `application`. */
export function notificationRoutes({
  notificationSettings: settings,
}: Pick<GateDependencies, "notificationSettings">): GateRoute[] {
  const path = "/notifications/:type/:application";
  const applicationOf = (params: Record<string, string>): string => {
    if (params["type"] === "application") return params["application"] ?? "";
    throw new GennakerError("not_found", `There are no notifications of the type ${params["type"]}.`);
  };
  return [
    { method: "GET", path, handle: async ({ params }) => ({ body: await settings.get(applicationOf(params)) }) },
    {
      method: "POST",
      path,
      handle: async ({ params, body, actor }) => {
        await settings.save(applicationOf(params), objectOf(body, "the notifications"), actor);
        return { body: {} };
      },
    },
    {
      method: "DELETE",
      path,
      handle: async ({ params, actor }) => {
        await settings.remove(applicationOf(params), actor);
        return { body: {} };
      },
    },
  ];
}
