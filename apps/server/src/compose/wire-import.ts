import { planStart } from "@gennaker/pipeline-model/plan-start.ts";
import { firedTriggerTypes } from "@gennaker/pipeline-model/import/trigger-types.ts";
import type { Inventory } from "@gennaker/pipeline-model/import/types.ts";
import { createImports } from "../deliver/import/create-imports.ts";
import { importHandlers } from "../deliver/import/handlers.ts";
import { createShadow } from "../deliver/shadow/create-shadow.ts";
import { shadowHandlers } from "../deliver/shadow/handlers.ts";
import { strategyStageTypes } from "../deliver/stages/strategies/strategy-run.ts";
import type { Handlers } from "../platform/http/api.ts";
import type { HttpParts } from "./wire-http.ts";

/** Wires import, export, readiness and the comparison with a running Spinnaker to what this server has. */
export function wireImport(parts: HttpParts): Handlers {
  const { platform, deliver, judge, stageTypes, pipelines, templates } = parts;
  const inventory = () => inventoryOf(parts);
  const imports = createImports({
    database: platform.database,
    audit: platform.audit,
    applications: deliver.applications,
    pipelines,
    strategies: parts.strategies,
    templates,
    ...parts.frontDoor,
    canaryConfigs: judge.canaryConfigs,
    checkCanaryConfig: (document) => judge.canaryConfigs.validate(document),
    rules: stageTypes,
    strategyRules: strategyStageTypes(stageTypes),
    inventory,
    readText: (text) => parts.work.readText(text),
  });
  const shadow = createShadow({
    database: platform.database,
    audit: platform.audit,
    send: (request) => platform.outgoing.send(request),
    pipelines,
    inventory,
    async plan(received, parameters) {
      const expanded = await templates.expand(received);
      if ("problems" in expanded) return { document: {}, problems: expanded.problems };
      const planned = planStart(expanded.document, { parameters });
      return { document: expanded.document, problems: planned.ok ? [] : planned.problems };
    },
  });
  return { ...importHandlers({ imports, pipelines }), ...shadowHandlers(shadow) };
}

async function inventoryOf({ target, artifacts, judge, stageTypes, config }: HttpParts): Promise<Inventory> {
  const accounts = await Promise.all([...target.providers.values()].map((provider) => provider.accounts()));
  return {
    accounts: accounts.flat().map(({ name }) => name),
    artifactAccounts: artifacts.accounts().map(({ name }) => name),
    metricsAccounts: judge.canaries.accounts.map(({ name }) => name),
    judges: judge.canaries.judges,
    stageTypes: new Set(stageTypes.keys()),
    providers: new Set(target.providers.keys()),
    triggerTypes: firedTriggerTypes,
    timezone: config.timezone,
  };
}
