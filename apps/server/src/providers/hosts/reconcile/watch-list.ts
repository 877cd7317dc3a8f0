import type { Launch } from "../cluster/launch.ts";
import { startProber, type Prober } from "../health/prober.ts";
import { instanceFiles, watchAttempt } from "../processes/attempt-files.ts";
import { processMark, readProcess } from "../processes/process-table.ts";
import type { InstanceRow } from "../store/rows.ts";

/** Without a health check an instance is up once its process has lived this long. */
const SETTLED_AFTER_MS = 1000;

/** What is known of a running process beyond its row. Only memory: all of it can be found out again. */
type Watched = { alive: boolean; healthy: boolean | null; reason: string };

export type WatchList = {
  /** Starts watching a row in phase `running`, if it is not watched yet, and gives what is known now. */
  observe(row: InstanceRow, launch: Launch): Watched;
  forget(id: string): void;
  /** Forgets all but these. */
  keepOnly(ids: ReadonlySet<string>): void;
  /** Ids of watched instances whose process has gone. */
  gone(): string[];
  close(): void;
};

type Entry = { attempt: number; pid: number; mark: string; prober: Prober | null; settleAt: number; stop(): void };

/** Watches processes of one server group and calls `changed` when one ends or its health turns. */
export function createWatchList(instancesDirectory: string, changed: () => void): WatchList {
  const entries = new Map<string, Entry>();

  const attach = (row: InstanceRow, launch: Launch): Entry => {
    const unwatch = watchAttempt(instanceFiles(instancesDirectory, row.id), row.attempt, changed);
    const prober = launch.healthCheck === null ? null : startProber(row.port, launch.healthCheck, row.healthy, changed);
    const settleAt = row.healthy === true ? 0 : Date.now() + SETTLED_AFTER_MS;
    const timer = prober === null && settleAt > 0 ? setTimeout(changed, SETTLED_AFTER_MS + 5) : undefined;
    timer?.unref();
    return {
      attempt: row.attempt,
      pid: row.pid ?? 0,
      mark: row.process_mark ?? "",
      prober,
      settleAt,
      stop() {
        unwatch();
        prober?.stop();
        clearTimeout(timer);
      },
    };
  };
  const forget = (id: string): void => {
    entries.get(id)?.stop();
    entries.delete(id);
  };

  return {
    observe(row, launch) {
      let entry = entries.get(row.id);
      if (entry?.attempt !== row.attempt || entry.pid !== row.pid) {
        forget(row.id);
        entry = attach(row, launch);
        entries.set(row.id, entry);
      }
      const alive = isAlive(entry);
      if (entry.prober !== null) return { alive, ...entry.prober.current() };
      const settled = Date.now() >= entry.settleAt;
      return { alive, healthy: settled ? true : row.healthy, reason: "" };
    },
    forget,
    keepOnly(ids) {
      for (const id of entries.keys()) if (!ids.has(id)) forget(id);
    },
    gone: () => [...entries].filter(([, entry]) => !isAlive(entry)).map(([id]) => id),
    close() {
      for (const id of entries.keys()) forget(id);
    },
  };
}

function isAlive({ pid, mark }: { pid: number; mark: string }): boolean {
  const facts = readProcess(pid);
  return facts !== null && processMark(facts) === mark;
}
