import type { JsonObject } from "@gennaker/contract/json.ts";
import type { GateRoute } from "../platform/http/api.ts";
import { cronFault, describeCron } from "./cron-expression.ts";
import type { GateDependencies } from "./deps.ts";
import { objectOf } from "./pipelines.ts";

/** Gate's paths about what this installation can do: stage types, artifacts, stages of users' own, cron expressions. */
export function featureRoutes(dependencies: GateDependencies): GateRoute[] {
  const { stageTypes, ownStages, artifactAccounts, fetchArtifact } = dependencies;
  return [
    {
      method: "GET",
      path: "/features/stages",
      handle: async () => ({ body: [...stageTypes()].map((name) => ({ name, enabled: true })) }),
    },
    {
      method: "GET",
      path: "/webhooks/preconfigured",
      handle: async ({ actor }) => ({ body: await ownStages.webhooks(actor.roles) }),
    },
    { method: "GET", path: "/jobs/preconfigured", handle: async () => ({ body: await ownStages.jobs() }) },
    {
      method: "GET",
      path: "/artifacts/credentials",
      handle: async () => ({
        body: [...artifactAccounts(), { name: "front50ArtifactCredentials", types: ["front50/pipelineTemplate"] }].map(
          artifactAccountJson,
        ),
      }),
    },
    {
      method: "PUT",
      path: "/artifacts/fetch",
      handle: async ({ body, actor }) => ({
        content: await fetchArtifact(objectOf(body, "an artifact"), actor),
        mediaType: "application/octet-stream",
      }),
    },
    {
      method: "GET",
      path: "/cron/validate",
      handle: async ({ query }) => {
        const expression = query["expression"] ?? "";
        const message = cronFault(expression);
        if (message !== null) return { body: { valid: false, message } };
        return { body: { valid: true, description: describeCron(expression) } };
      },
    },
    { method: "GET", path: "/artifacts/account/:account/names", handle: async () => ({ body: [] }) },
    { method: "GET", path: "/artifacts/account/:account/versions", handle: async () => ({ body: [] }) },
  ];
}

/** Clouddriver calls an account's type after the first part of what it fetches. */
function artifactAccountJson({ name, types }: { name: string; types: readonly string[] }): JsonObject {
  const kind = types[0]?.split("/")[0] ?? "custom";
  return {
    name,
    types: [...types],
    type: `artifacts-${kind}`,
    permissions: {},
    requiredGroupMembership: [],
    roles: [],
  };
}
