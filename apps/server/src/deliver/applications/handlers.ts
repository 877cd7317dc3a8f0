import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Application } from "@gennaker/contract/resources/application.ts";
import type { Engine } from "../../engine/api.ts";
import type { Handlers } from "../../platform/http/api.ts";
import type { ServerGroup } from "../../providers/port/api.ts";
import type { Applications, StoredApplication } from "./api.ts";
import { readGuards } from "./create-applications.ts";

type Dependencies = {
  applications: Applications;
  engine: Pick<Engine, "list">;
  serverGroups(application?: string): Promise<readonly ServerGroup[]>;
  pipelineCounts(): Promise<ReadonlyMap<string, number>>;
};

export function applicationHandlers(dependencies: Dependencies): Handlers {
  const { applications, engine } = dependencies;

  async function toResource(stored: StoredApplication, groups: readonly ServerGroup[], pipelines: number): Promise<Application> {
    const [running, recent] = await Promise.all([
      engine.list({ application: stored.name, statuses: ["RUNNING", "PAUSED", "NOT_STARTED"], limit: 100 }),
      engine.list({ application: stored.name, limit: 1 }),
    ]);
    const own = groups.filter((group) => group.application === stored.name);
    const instances = own.flatMap((group) => group.instances);
    const last = recent[0];
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
        runningExecutions: running.length,
        serverGroups: own.length,
        instancesUp: instances.filter((instance) => instance.state === "up").length,
        instancesTotal: instances.length,
        lastExecution: last ? { id: last.id, name: last.name, status: last.status, buildTime: last.buildTime } : null,
      },
    };
  }

  return {
    listApplications: async () => {
      const [all, groups, counts] = await Promise.all([applications.list(), dependencies.serverGroups(), dependencies.pipelineCounts()]);
      return Promise.all(all.map((stored) => toResource(stored, groups, counts.get(stored.name) ?? 0)));
    },
    getApplication: async ({ params }) => {
      const stored = await applications.get(params.application);
      if (!stored) throw new GennakerError("not_found", `There is no application ${params.application}. Create it first, or check the name.`);
      const [groups, counts] = await Promise.all([dependencies.serverGroups(stored.name), dependencies.pipelineCounts()]);
      return toResource(stored, groups, counts.get(stored.name) ?? 0);
    },
    saveApplication: async ({ params, body, actor }) => {
      const stored = await applications.save(params.application, body, actor);
      const [groups, counts] = await Promise.all([dependencies.serverGroups(stored.name), dependencies.pipelineCounts()]);
      return toResource(stored, groups, counts.get(stored.name) ?? 0);
    },
    deleteApplication: async ({ params, actor }) => {
      await applications.remove(params.application, actor);
      return {};
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
