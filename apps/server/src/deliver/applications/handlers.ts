import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Application } from "@gennaker/contract/resources/application.ts";
import type { Handlers } from "../../platform/http/api.ts";
import type { ServerGroup } from "../../providers/port/api.ts";
import type { Applications, StoredApplication } from "./api.ts";
import { readGuards } from "./create-applications.ts";

type Runs = { open: number; last: { id: string; name: string; status: string; buildTime: string } | null };

type Dependencies = {
  applications: Applications;
  /** Open runs and the newest run of each of these applications that has any. */
  runsOf(applications: readonly string[]): Promise<ReadonlyMap<string, Runs>>;
  serverGroups(application?: string): Promise<readonly ServerGroup[]>;
  pipelineCounts(): Promise<ReadonlyMap<string, number>>;
};

export function applicationHandlers(dependencies: Dependencies): Handlers {
  const { applications } = dependencies;

  async function toResource(stored: StoredApplication): Promise<Application> {
    const [groups, counts, runs] = await Promise.all([
      dependencies.serverGroups(stored.name),
      dependencies.pipelineCounts(),
      dependencies.runsOf([stored.name]),
    ]);
    return describe(stored, groups, counts.get(stored.name) ?? 0, runs.get(stored.name));
  }

  return {
    listApplications: async () => {
      const all = await applications.list();
      const [groups, counts, runs] = await Promise.all([
        dependencies.serverGroups(),
        dependencies.pipelineCounts(),
        dependencies.runsOf(all.map((stored) => stored.name)),
      ]);
      const byApplication = Map.groupBy(groups, (group) => group.application);
      return all.map((stored) =>
        describe(stored, byApplication.get(stored.name) ?? [], counts.get(stored.name) ?? 0, runs.get(stored.name)),
      );
    },
    getApplication: async ({ params }) => {
      const stored = await applications.get(params.application);
      if (!stored)
        throw new GennakerError(
          "not_found",
          `There is no application ${params.application}. Create it first, or check the name.`,
        );
      return toResource(stored);
    },
    saveApplication: async ({ params, body, bodyText, actor }) =>
      toResource(await applications.save(params.application, body, actor, bodyText)),
    deleteApplication: async ({ params, actor }) => {
      await applications.remove(params.application, actor);
      return {};
    },
  };
}

function describe(
  stored: StoredApplication,
  groups: readonly ServerGroup[],
  pipelines: number,
  runs: Runs | undefined,
): Application {
  const instances = groups.flatMap((group) => group.instances);
  return {
    name: stored.name,
    email: textOf(stored.attributes["email"]),
    description: textOf(stored.attributes["description"]),
    cloudProviders: listOf(stored.attributes["cloudProviders"]),
    trafficGuards: readGuards(stored.attributes),
    createdAt: stored.createdAt.toISOString(),
    updatedAt: stored.updatedAt.toISOString(),
    lastModifiedBy: stored.lastModifiedBy,
    attributes: stored.attributes,
    summary: {
      pipelines,
      runningExecutions: runs?.open ?? 0,
      serverGroups: groups.length,
      instancesUp: instances.filter((instance) => instance.state === "up").length,
      instancesTotal: instances.length,
      lastExecution: runs?.last ?? null,
    },
  };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** Spinnaker sends providers as a list or as comma-separated text. */
function listOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.filter((item): item is string => typeof item === "string");
  return typeof value === "string" && value !== "" ? value.split(",").map((item) => item.trim()) : [];
}
