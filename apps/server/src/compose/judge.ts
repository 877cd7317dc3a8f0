import { NETFLIX_JUDGE } from "@gennaker/canary-judge/judge.ts";
import { SCALE_FREE_JUDGE } from "@gennaker/canary-judge/scale-free.ts";
import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { CanaryConfig } from "@gennaker/contract/resources/canary.ts";
import type { CanaryConfigs, CanaryRuns, StoredCanaryConfig } from "../judge/canary/api.ts";
import { createCanaryConfigs } from "../judge/canary/configs.ts";
import { createCanaryStages } from "../judge/canary/registry.ts";
import type { JudgeElsewhere } from "../judge/canary/run/judge-pairs.ts";
import { createCanaryResults } from "../judge/canary/run/kayenta-results.ts";
import { createCanaryRuns } from "../judge/canary/run/run-report.ts";
import { createCanaryRunStore } from "../judge/canary/run/run-store.ts";
import { readCanaryRequest } from "../judge/canary/stages/run-canary/request.ts";
import type { StageType } from "../engine/api.ts";
import type { Canaries } from "../gate/deps.ts";
import type { MetricAccount } from "../observe/metric-sources/api.ts";
import type { AuditLog } from "../platform/audit/api.ts";
import type { Database } from "../platform/database/api.ts";
import type { EventLog } from "../platform/events/api.ts";
import type { Handlers } from "../platform/http/api.ts";
import type { ProviderPort } from "../providers/port/api.ts";
import type { RouterPort } from "../traffic/port/api.ts";

type Dependencies = {
  database: Database;
  events: EventLog;
  audit: AuditLog;
  providers: ReadonlyMap<string, ProviderPort>;
  routers: readonly RouterPort[];
  metricAccounts: ReadonlyMap<string, MetricAccount>;
  judgeElsewhere: JudgeElsewhere;
};

export type WiredJudge = {
  stages: readonly StageType[];
  canaryConfigs: CanaryConfigs;
  canaries: Canaries;
  handlers: Handlers;
};

/** The judges that a canary config may name. */
const judges = [NETFLIX_JUDGE, SCALE_FREE_JUDGE] as const;

/** Wires canary judgement: its stages, its configs and what the API shows of it. */
export function wireJudge(dependencies: Dependencies): WiredJudge {
  const { database, events, audit, providers, routers, metricAccounts, judgeElsewhere } = dependencies;
  const sources = [...new Set([...metricAccounts.values()].map((account) => account.source))];
  const canaryConfigs = createCanaryConfigs({ database, audit, events, sources });
  const runs = createCanaryRunStore({ database, events });
  const stages = createCanaryStages({ providers, routers, metricAccounts, canaryConfigs, runs, judgeElsewhere });
  return {
    stages,
    canaryConfigs,
    canaries: {
      results: createCanaryResults(database),
      checkRequest: (request) => readCanaryRequest(request).problems,
      accounts: [...metricAccounts.values()].map(({ name, source }) => ({ name, type: source.type })),
      judges,
    },
    handlers: { ...configHandlers(canaryConfigs), ...runHandlers(createCanaryRuns(database)) },
  };
}

function runHandlers(runs: CanaryRuns): Handlers {
  return { listCanaryRuns: async ({ params }) => runs.canaryRunsOf(params.execution, params.stage) };
}

function configHandlers(configs: CanaryConfigs): Handlers {
  return {
    listCanaryConfigs: async ({ query }) => (await configs.list(query.application ?? null)).map(toResource),
    getCanaryConfig: async ({ params }) => toResource(await existing(configs, params.canaryConfig)),
    saveCanaryConfig: async ({ params, body, bodyText, actor }) =>
      toResource(await configs.save(params.canaryConfig, body as JsonObject, actor, bodyText)),
    deleteCanaryConfig: async ({ params, actor }) => {
      await configs.remove((await existing(configs, params.canaryConfig)).id, actor);
      return {};
    },
  };
}

async function existing(configs: CanaryConfigs, id: string): Promise<StoredCanaryConfig> {
  const found = await configs.get(id);
  if (found) return found;
  throw new GennakerError("not_found", `There is no canary config with the id ${id}. List them to see those kept.`);
}

function toResource({ id, name, applications, updatedAt, document }: StoredCanaryConfig): CanaryConfig {
  return { id, name, applications, updatedAt, document };
}
