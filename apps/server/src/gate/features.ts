import type { GateRoute } from "../platform/http/api.ts";
import type { GateDependencies } from "./deps.ts";

/** Gate's paths about what this installation can do: stage types, artifact accounts, stages of users' own. */
export function featureRoutes({ stageTypes, ownStages }: GateDependencies): GateRoute[] {
  return [
    {
      method: "GET",
      path: "/features/stages",
      handle: async () => ({ body: [...stageTypes()].map((name) => ({ name, enabled: true })) }),
    },
    { method: "GET", path: "/webhooks/preconfigured", handle: async () => ({ body: await ownStages.webhooks() }) },
    { method: "GET", path: "/jobs/preconfigured", handle: async () => ({ body: await ownStages.jobs() }) },
    {
      // What can be fetched without an account of one's own.
      method: "GET",
      path: "/artifacts/credentials",
      handle: async () => ({
        body: [
          { name: "embedded-artifact", types: ["embedded/base64", "remote/base64"] },
          { name: "no-auth-http-account", types: ["http/file"] },
          { name: "front50ArtifactCredentials", types: ["front50/pipelineTemplate"] },
        ],
      }),
    },
    { method: "GET", path: "/artifacts/account/:account/names", handle: async () => ({ body: [] }) },
    { method: "GET", path: "/artifacts/account/:account/versions", handle: async () => ({ body: [] }) },
  ];
}
