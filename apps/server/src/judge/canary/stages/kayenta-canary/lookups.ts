import type { JsonObject } from "@gennaker/contract/json.ts";
import { TaskError } from "../../../../engine/api.ts";
import type { MetricAccount } from "../../../../observe/metric-sources/api.ts";
import type { CanarySettings } from "@gennaker/pipeline-model/canary/settings.ts";
import type { CanaryStageDependencies } from "./dependencies.ts";

export function requireAccount(deps: CanaryStageDependencies, name: string): MetricAccount {
  const account = deps.metricAccounts.get(name);
  if (account !== undefined) return account;
  const known = [...deps.metricAccounts.keys()].join(", ") || "none";
  throw new TaskError(
    "canary.metricsAccountMissing",
    `There is no metrics account "${name}". Known accounts: ${known}.`,
  );
}

/** The config to judge by: given inline, or stored under an id or a name. */
export async function requireConfig(
  deps: CanaryStageDependencies,
  settings: CanarySettings,
  application: string,
): Promise<{ id: string | null; document: JsonObject }> {
  if (settings.config !== null) return { id: null, document: settings.config };
  const wanted = settings.configId ?? settings.configName ?? "";
  const found = await deps.canaryConfigs.find(wanted, application);
  if (found !== null) return found;
  throw new TaskError(
    "canary.configMissing",
    `There is no canary config "${wanted}", neither as an id nor as a name in application ${application}. Save it first, or correct the stage's canaryConfigId.`,
  );
}
