import { existsSync } from "node:fs";
import type { MetricAccount } from "../observe/metric-sources/api.ts";
import { createMetricAccounts } from "../observe/metric-sources/registry.ts";
import { createSampleStore } from "../observe/samples/create-sample-store.ts";
import type { MaintainedSampleStore } from "../observe/samples/create-sample-store.ts";
import { createScraper } from "../observe/scraper/create-scraper.ts";
import type { Config } from "../platform/config/config.ts";
import type { Database } from "../platform/database/api.ts";
import type { ProviderPort } from "../providers/port/api.ts";
import type { Log } from "./log.ts";
import { instanceTargets } from "./scrape-targets.ts";

const maintainEveryMs = 60_000;
const eventsKept = "7 days";

type Dependencies = {
  database: Database;
  providers: readonly Pick<ProviderPort, "serverGroups">[];
  gatewaySocket: string;
  config: Config;
  log: Log;
};

export type WiredObserve = {
  metricAccounts: ReadonlyMap<string, MetricAccount>;
  start(): void;
  stop(): Promise<void>;
};

/** Wires the scraper, the sample store and the metric sources over it. */
export function wireObserve({ database, providers, gatewaySocket, config, log }: Dependencies): WiredObserve {
  const samples = createSampleStore({ database });
  const scraper = createScraper({
    samples,
    log,
    intervalMs: config.scrapeIntervalMs,
    async targets() {
      const instances = await instanceTargets(providers);
      // The socket is there from the first load balancer on.
      const gateway = existsSync(gatewaySocket)
        ? [{ url: `unix:${gatewaySocket}:/metrics`, labels: { job: "gateway" } }]
        : [];
      return [...instances, ...gateway];
    },
  });
  let timer: NodeJS.Timeout | undefined;
  let maintaining: Promise<void> = Promise.resolve();
  return {
    metricAccounts: createMetricAccounts({ samples }),
    start() {
      if (!config.role.includes("collector")) return;
      scraper.start();
      timer = setInterval(() => (maintaining = maintain(database, samples, log)), maintainEveryMs).unref();
    },
    async stop() {
      clearInterval(timer);
      await Promise.all([scraper.stop(), maintaining]);
    },
  };
}

/** Condenses and forgets old samples and events, on whichever replica takes the lock first. */
async function maintain(database: Database, samples: MaintainedSampleStore, log: Log): Promise<void> {
  try {
    await database.transaction(async (tx) => {
      const [row] = await tx.query<{ free: boolean }>(
        "select pg_try_advisory_xact_lock(hashtext('gennaker maintenance')) as free",
      );
      if (row?.free !== true) return;
      await samples.maintain(new Date());
      await tx.query("delete from platform_event where time < now() - $1::interval", [eventsKept]);
    });
  } catch (error) {
    log("warn", "old samples could not be condensed; trying again in a minute", { cause: (error as Error).message });
  }
}
