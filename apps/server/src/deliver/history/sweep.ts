import type { RunKeeping } from "../../engine/api.ts";
import type { AuditLog } from "../../platform/audit/api.ts";
import type { Database } from "../../platform/database/api.ts";
import type { Retention } from "./api.ts";

export type SweepDependencies = {
  database: Database;
  audit: AuditLog;
  retention: Retention;
  runs: RunKeeping;
  log(level: "info" | "warn", message: string, details?: Record<string, unknown>): void;
  /** Runs removed or indexed in one transaction. Default 200. */
  batch?: number;
  everyMs?: number;
};

export type Sweep = {
  /** Removes what no policy keeps any more, on one replica at a time; gives how many runs were removed. */
  once(): Promise<number>;
  start(): void;
  /** Ends after the batch that is on the way. */
  stop(): Promise<void>;
};

const lock = "hashtext('gennaker retention sweep')";

/** Applies retention in batches small enough that nobody waits for them. */
export function createSweep(dependencies: SweepDependencies): Sweep {
  const { database, audit, retention, runs, log, batch = 200, everyMs = 600_000 } = dependencies;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> = Promise.resolve();
  let stopped = false;

  /** The lock is only held while it is asked for: two replicas that sweep at once would still never remove a run twice. */
  async function mine(): Promise<boolean> {
    const [row] = await database.transaction((tx) =>
      tx.query<{ free: boolean }>(`select pg_try_advisory_xact_lock(${lock}) as free`),
    );
    return row?.free === true;
  }

  async function sweepApplication(application: string): Promise<number> {
    const policy = await retention.of(application);
    let removed = 0;
    while (!stopped) {
      const ids = await runs.removeExpired(application, policy, batch);
      removed += ids.length;
      if (ids.length < batch) break;
    }
    if (removed === 0) return 0;
    const { keepDays, keepLast } = policy;
    await database.transaction((tx) =>
      audit.record(tx, {
        actor: { user: "retention", roles: [], via: "system" },
        action: "execution.removeExpired",
        resource: `application/${application}`,
        application,
        after: { removed, keepDays, keepLast },
      }),
    );
    log("info", "executions that are no longer kept were removed", { application, removed });
    return removed;
  }

  async function once(): Promise<number> {
    if (!(await mine())) return 0;
    while (!stopped && (await runs.indexMissing(batch)) > 0);
    let removed = 0;
    for (const application of await runs.applications()) {
      if (stopped) break;
      removed += await sweepApplication(application);
    }
    return removed;
  }

  const turn = () =>
    (running = once().catch((error: unknown) =>
      log("warn", "old executions could not be removed; trying again in ten minutes", { cause: String(error) }),
    ));

  return {
    once,
    start() {
      void turn();
      timer = setInterval(turn, everyMs).unref();
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
