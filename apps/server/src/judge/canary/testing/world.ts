import type { JsonObject } from "@gennaker/contract/json.ts";
import { createFakeProvider } from "@gennaker/testkit/fakes/provider.ts";
import { createFakeRouter } from "@gennaker/testkit/fakes/router.ts";
import type { StageType } from "../../../engine/api.ts";
import type { MetricScope } from "../../../observe/metric-sources/api.ts";
import type { ProviderPort } from "../../../providers/port/api.ts";
import type { RouterPort } from "../../../traffic/port/api.ts";
import { createCanaryStages } from "../registry.ts";
import type { CanaryRunStore, NewRun } from "../run/run-store.ts";

export const balancer = { account: "local", region: "local", name: "web" };
export const cluster = (detail: string): JsonObject => ({
  cloudProvider: "fake", account: "local", region: "local", application: "shop", freeFormDetails: detail, capacity: { min: 1, max: 1, desired: 1 },
  artifact: { type: "host/directory", reference: `/${detail}` }, loadBalancers: ["web"],
});
export const canaryConfig: JsonObject = {
  name: "c", metrics: [{ name: "latency", query: { type: "gennaker", metric: "latency_ms" }, groups: ["all"], analysisConfigurations: { canary: { direction: "increase", critical: false } } }],
  classifier: { groupWeights: { all: 100 } },
};

/** Runs kept in memory under the rule of the real store: the first of an index counts. */
export function memoryRuns(): CanaryRunStore & { all: NewRun[] } {
  const all: NewRun[] = [];
  const same = (run: NewRun) => (other: NewRun) => other.stageId === run.stageId && other.analysisId === run.analysisId && other.index === run.index;
  return {
    all,
    add: async (run) => void (all.some(same(run)) || all.push(run)),
    summaries: async (executionId, stageId, analysisId) => all
      .filter((run) => run.executionId === executionId && run.stageId === stageId && run.analysisId === analysisId)
      .map((run) => ({
        index: run.index, planned: run.planned, start: new Date(run.window.start).toISOString(), end: new Date(run.window.end).toISOString(),
        judgedAt: run.judgedAt.toISOString(), score: run.score, verdict: run.verdict, reason: run.reason, warnings: run.facts.warnings,
      })),
  };
}

/** A fake cloud with one version live behind a load balancer, and a metric store that answers by role. */
export async function createWorld(values: (scope: MetricScope) => number) {
  const now = { time: Date.UTC(2026, 4, 4, 10) };
  const provider = createFakeProvider({ now: () => new Date(now.time) });
  const router = createFakeRouter(provider);
  const operation = { key: "setup", signal: new AbortController().signal, actor: { user: "x", roles: [], via: "system" as const } };
  await router.port.upsertLoadBalancer(operation, { ...balancer, application: "shop", port: 80, healthCheck: { path: "/", intervalMs: 1, timeoutMs: 1, healthy: 1, unhealthy: 1 } });
  await provider.port.createServerGroup(operation, { ...cluster(""), artifact: { type: "host/directory", reference: "/live" } });
  const asked: MetricScope[] = [];
  const runs = memoryRuns();
  const ports = { providers: new Map<string, ProviderPort>([["fake", provider.port as ProviderPort]]), routers: [router.port as RouterPort] };
  const source = {
    type: "gennaker",
    async query(_: JsonObject, scope: MetricScope) {
      asked.push(scope);
      const count = Math.ceil((scope.end - scope.start) / scope.stepMs);
      const middle = values(scope);
      return Number.isNaN(middle) ? [] : [{ labels: {}, start: scope.start, stepMs: scope.stepMs, values: Array.from({ length: count }, (_, at) => middle + Math.sin(at * 1.7)) }];
    },
  };
  const types = [
    ...createCanaryStages({
      ...ports, runs, settleMs: 0, metricAccounts: new Map([["builtin", { name: "builtin", source }]]),
      canaryConfigs: { find: async (name) => (name === "c" ? { id: "c-id", name: "c", applications: [], document: canaryConfig, text: "", createdAt: "", updatedAt: "" } : null) },
    }),
    deployType(ports.providers), shiftType(ports),
  ];
  return { now, provider, router, types, asked, runs };
}

/** Stands in for deliver's `deploy`: creates the clusters, dark ones disabled. */
function deployType(providers: ReadonlyMap<string, ProviderPort>): StageType {
  return {
    type: "deploy", description: "", validate: () => [],
    tasks: () => [{
      name: "deploy",
      async run({ stage, operationKey, signal }) {
        const provider = providers.get("fake") as ProviderPort;
        for (const [index, document] of (stage.context["clusters"] as JsonObject[]).entries()) {
          const operation = { key: `${operationKey}/${index}`, signal, actor: { user: "x", roles: [], via: "engine" as const } };
          const ref = await provider.createServerGroup(operation, document);
          if (document["trafficManagement"] !== undefined) await provider.disableServerGroup(operation, ref);
        }
        return { status: "SUCCEEDED" };
      },
    }],
  };
}

/** Stands in for `shiftTraffic`: pins first, then enables. */
function shiftType({ providers, routers }: { providers: ReadonlyMap<string, ProviderPort>; routers: readonly RouterPort[] }): StageType {
  return {
    type: "shiftTraffic", description: "", validate: () => [],
    tasks: () => [{
      name: "shift",
      async run({ stage, operationKey, signal }) {
        const operation = { key: operationKey, signal, actor: { user: "x", roles: [], via: "engine" as const } };
        const weights = stage.context["weights"] as { serverGroup: string; percent: number }[];
        await routers[0]?.setWeights(operation, balancer, weights);
        for (const { serverGroup } of weights) await providers.get("fake")?.enableServerGroup(operation, { ...balancer, name: serverGroup });
        return { status: "SUCCEEDED" };
      },
    }],
  };
}
