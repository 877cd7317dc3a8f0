import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { StoredProject } from "../deliver/projects/api.ts";
import { applicationsOf, clustersOf, pipelineIdsOf } from "../deliver/projects/api.ts";
import type { GateRoute } from "../platform/http/api.ts";
import { parseExact } from "../platform/values/exact-numbers.ts";
import type { ServerGroup } from "../providers/port/api.ts";
import type { GateDependencies } from "./deps.ts";
import { limitOf, newestRuns, statusesOf } from "./executions.ts";
import { instanceCounts, serverGroupsOf } from "./server-groups.ts";

/** Gate's paths about projects: by id or by name; saved and deleted through `/tasks`. */
export function projectRoutes(dependencies: GateDependencies): GateRoute[] {
  const { projects, providers } = dependencies;
  const one = async (id: string): Promise<StoredProject> => {
    const found = await projects.get(id);
    if (found) return found;
    throw new GennakerError("not_found", `Project ${id} not found.`);
  };
  return [
    {
      method: "GET",
      path: "/projects",
      handle: async () => ({ body: (await projects.list()).map(projectJson) }),
    },
    {
      method: "GET",
      path: "/projects/:id",
      handle: async ({ params }) => ({ body: projectJson(await one(params["id"] ?? "")) }),
    },
    {
      // As in Spinnaker: the newest five of each pipeline unless the limit says otherwise.
      method: "GET",
      path: "/projects/:id/pipelines",
      handle: async ({ params, query }) => {
        const { document } = await one(params["id"] ?? "");
        const [limit, statuses] = [limitOf(query["limit"], 5), statusesOf(query["statuses"])];
        return newestRuns(dependencies, pipelineIdsOf(document), limit, statuses);
      },
    },
    {
      method: "GET",
      path: "/projects/:id/clusters",
      handle: async ({ params, sees }) => {
        const { document } = await one(params["id"] ?? "");
        const may = await sees();
        const applications = applicationsOf(document).filter(may);
        const groups = (
          await Promise.all(applications.map((application) => serverGroupsOf(providers, { application })))
        ).flat();
        return { body: clustersOf(document).map((cluster) => clusterJson(cluster, applications, groups)) };
      },
    },
  ];
}

/** The document with its numbers as they were received. */
function projectJson({ text }: StoredProject): JsonObject {
  return parseExact(text) as JsonObject;
}

/** A cluster of the project as Clouddriver shows it: its applications with the regions their server groups are in. */
function clusterJson(cluster: JsonObject, all: readonly string[], groups: readonly ServerGroup[]): JsonObject {
  const only = Array.isArray(cluster["applications"])
    ? cluster["applications"].map((name) => String(name).toLowerCase())
    : [];
  const applications = only.length > 0 ? all.filter((name) => only.includes(name)) : all;
  const fits = (wanted: JsonObject[string] | undefined, value: string) =>
    wanted === "*" || String(wanted ?? "") === value;
  const matching = groups.filter(
    (group) =>
      !group.disabled &&
      group.account === cluster["account"] &&
      fits(cluster["stack"], group.stack) &&
      fits(cluster["detail"], group.detail) &&
      applications.includes(group.application),
  );
  return {
    account: cluster["account"] ?? null,
    stack: cluster["stack"] ?? null,
    detail: cluster["detail"] ?? null,
    applications: applications.map((application) => {
      const own = matching.filter((group) => group.application === application);
      const regions = [...new Set(own.map((group) => group.region))];
      return {
        application,
        lastPush: newest(own),
        clusters: regions.map((region) => {
          const inRegion = own.filter((group) => group.region === region);
          return { region, lastPush: newest(inRegion), instanceCounts: instanceCounts(inRegion), builds: [] };
        }),
      };
    }),
    instanceCounts: instanceCounts(matching),
  };
}

function newest(groups: readonly ServerGroup[]): number | null {
  return groups.length === 0 ? null : Math.max(...groups.map((group) => Date.parse(group.createdAt)));
}
