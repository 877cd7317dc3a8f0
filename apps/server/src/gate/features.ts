import type { GateRoute } from "../platform/http/api.ts";
import type { GateDependencies } from "./deps.ts";

/** Gate's paths about what this installation can do: stage types, artifact accounts, stages of users' own. */
export function featureRoutes({ stageTypes, ownStages, artifactAccounts }: GateDependencies): GateRoute[] {
  return [
    {
      method: "GET",
      path: "/features/stages",
      handle: async () => ({ body: [...stageTypes()].map((name) => ({ name, enabled: true })) }),
    },
    { method: "GET", path: "/webhooks/preconfigured", handle: async () => ({ body: await ownStages.webhooks() }) },
    { method: "GET", path: "/jobs/preconfigured", handle: async () => ({ body: await ownStages.jobs() }) },
    {
      method: "GET",
      path: "/artifacts/credentials",
      handle: async () => ({
        body: [...artifactAccounts(), { name: "front50ArtifactCredentials", types: ["front50/pipelineTemplate"] }],
      }),
    },
    { method: "GET", path: "/artifacts/account/:account/names", handle: async () => ({ body: [] }) },
    { method: "GET", path: "/artifacts/account/:account/versions", handle: async () => ({ body: [] }) },
  ];
}
