import { createImports } from "../deliver/import/create-imports.ts";
import type { Imports } from "../deliver/import/api.ts";
import { strategyStageTypes } from "../deliver/stages/strategies/strategy-run.ts";
import type { HttpParts } from "./wire-http.ts";

/** Trigger types that start pipelines here; the feature that fires more of them adds them. */
const triggerTypes: ReadonlySet<string> = new Set(["manual"]);

/** Wires import, export and readiness to what this server has. */
export function wireImport(parts: HttpParts): Imports {
  const { platform, deliver, target, judge, artifacts, config, stageTypes } = parts;
  const providers = [...target.providers.values()];
  return createImports({
    database: platform.database,
    audit: platform.audit,
    applications: deliver.applications,
    pipelines: parts.pipelines,
    strategies: parts.strategies,
    templates: parts.templates,
    ...parts.frontDoor,
    canaryConfigs: judge.canaryConfigs,
    checkCanaryConfig: (document) => judge.canaryConfigs.validate(document),
    rules: stageTypes,
    strategyRules: strategyStageTypes(stageTypes),
    async inventory() {
      return {
        accounts: (await Promise.all(providers.map((provider) => provider.accounts()))).flat().map(({ name }) => name),
        artifactAccounts: artifacts.accounts().map(({ name }) => name),
        metricsAccounts: judge.canaries.accounts.map(({ name }) => name),
        judges: judge.canaries.judges,
        stageTypes: new Set(stageTypes.keys()),
        providers: new Set(target.providers.keys()),
        triggerTypes,
        timezone: config.timezone,
      };
    },
  });
}
