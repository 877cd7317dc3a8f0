import type { NotificationSettings } from "../deliver/notification-settings/api.ts";
import { createNotificationSettings } from "../deliver/notification-settings/create-notification-settings.ts";
import type { Projects } from "../deliver/projects/api.ts";
import { createProjects } from "../deliver/projects/create-projects.ts";
import { listPreconfiguredJobs, listPreconfiguredWebhooks } from "../deliver/stages/preconfigured/own-stages.ts";
import { createExecutionSummaries } from "../engine/summaries.ts";
import type { GateDependencies } from "../gate/deps.ts";
import type { HttpParts } from "./wire-http.ts";
import type { Platform } from "./wire-platform.ts";

export type FrontDoor = { projects: Projects; notificationSettings: NotificationSettings };

/** Wires what only Spinnaker's tools ask for beside the rest: projects, and whom applications tell. */
export function wireFrontDoor({ database, events, audit }: Platform): FrontDoor {
  return {
    projects: createProjects({ database, events, audit }),
    notificationSettings: createNotificationSettings({ database, audit }),
  };
}

/** What Gate's paths are translated to. */
export function gateDependencies(parts: HttpParts): GateDependencies {
  return {
    ...parts.frontDoor,
    applications: parts.deliver.applications,
    pipelines: parts.pipelines,
    strategies: parts.strategies,
    engine: parts.engine,
    runs: createExecutionSummaries(parts.platform.database),
    providers: parts.target.providers,
    routers: parts.target.routers,
    canaryConfigs: parts.judge.canaryConfigs,
    canaries: parts.judge.canaries,
    stageTypes: () => parts.stageTypes.keys(),
    ownStages: {
      webhooks: async () => listPreconfiguredWebhooks(parts.config, null),
      jobs: async () => listPreconfiguredJobs(parts.config),
    },
    artifactAccounts: () => parts.artifacts.accounts(),
    templates: parts.templates,
    version: parts.version,
  };
}
