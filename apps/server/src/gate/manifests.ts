import { GennakerError } from "@gennaker/contract/errors.ts";
import type { GateRoute } from "../platform/http/api.ts";
import type { GateDependencies } from "./deps.ts";

/** How long a cluster may take to answer a page. */
const patienceMs = 15_000;

/** Spinnaker's pages about objects of Kubernetes. */
export function manifestRoutes({ manifests }: GateDependencies): GateRoute[] {
  return [
    {
      method: "GET",
      path: "/applications/:application/serverGroupManagers",
      handle: async ({ params: { application = "" } }) => ({ body: manifests.managers(application) }),
    },
    {
      method: "GET",
      path: "/manifests/:account/:location/:name",
      async handle({ params: { account = "", location = "", name = "" }, query }) {
        const signal = AbortSignal.timeout(patienceMs);
        const found = await manifests.show(account, location === "_" ? "" : location, name, signal);
        if (found === null)
          throw new GennakerError("not_found", `Manifest ${name} not found in ${account}/${location}.`);
        return { body: query["includeEvents"] === "false" ? { ...found, events: [] } : found };
      },
    },
  ];
}
