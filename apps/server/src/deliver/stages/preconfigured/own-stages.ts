import type { JsonObject } from "@gennaker/contract/json.ts";
import type { StageSettings } from "../../../platform/config/stage-settings.ts";
import type { StageType } from "../../../engine/api.ts";
import type { DeliverDeps } from "../deps.ts";
import { jobForList, preconfiguredJobStage } from "./job.ts";
import { isAllowed, preconfiguredWebhookStage, webhookForList } from "./webhook.ts";

/** The stage types that the configuration makes of webhooks and jobs. Throws when one has a name that is taken. */
export function ownStages(deps: DeliverDeps, taken: Iterable<string>): readonly StageType[] {
  const { webhook, job } = deps.settings;
  const stages = [
    ...webhook.preconfigured.filter(({ enabled }) => enabled).map((one) => preconfiguredWebhookStage(deps, one)),
    ...Object.entries(job.preconfigured).flatMap(([provider, jobs]) =>
      jobs.filter(({ enabled }) => enabled).map((one) => preconfiguredJobStage(deps, provider, one)),
    ),
  ];
  const names = new Set(taken);
  for (const { type } of stages) {
    if (names.has(type))
      throw new Error(`The preconfigured stage type "${type}" is taken. Give it another name in gennaker.yaml.`);
    names.add(type);
  }
  return stages;
}

/** The configuration's webhooks as Gate's `/webhooks/preconfigured` lists them, those that somebody with the roles may see. */
export function listPreconfiguredWebhooks(settings: StageSettings, roles: readonly string[] | null): JsonObject[] {
  return settings.webhook.preconfigured
    .filter((webhook) => webhook.enabled && isAllowed(webhook, "READ", roles))
    .map(webhookForList);
}

/** The configuration's jobs as Gate's `/jobs/preconfigured` lists them. */
export function listPreconfiguredJobs(settings: StageSettings): JsonObject[] {
  return Object.entries(settings.job.preconfigured).flatMap(([provider, jobs]) =>
    jobs.filter(({ enabled }) => enabled).map((job) => jobForList(provider, job)),
  );
}
