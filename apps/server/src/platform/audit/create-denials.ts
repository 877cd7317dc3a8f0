import type { Database } from "../database/api.ts";
import type { AuditInput, AuditLog, Denials } from "./api.ts";

/** Milliseconds in which attempts alike are counted together. */
const windowMs = 60_000;
/** Rows at most in that time: of one caller, and of all together. Whatever is beyond is counted in one row for each. */
const perCaller = 20;
const perWindow = 200;

type Counted = { entry: AuditInput; count: number };
type Dependencies = {
  database: Pick<Database, "transaction">;
  audit: AuditLog;
  log(message: string): void;
  now?: () => number;
};

/**
 * Writes attempts that were not allowed. The first of a kind is a row at once; the same again within a minute is counted,
 * and written as one row with the count. Callers that try many different things, and many callers at once, are counted
 * in a row for each caller, and at the end in one for all: 601 rows a minute are the most there can be.
 */
export function createDenials({ database, audit, log, now = Date.now }: Dependencies): Denials {
  let began = now();
  let written = 0;
  const seen = new Set<string>();
  const callers = new Map<string, number>();
  const counted = new Map<string, Counted>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const rows = [...counted.values()].map(({ entry, count }): AuditInput => ({
      ...entry,
      count,
      reason: `${count} more within a minute; the last: ${entry.reason ?? entry.action}`,
    }));
    began = now();
    written = 0;
    seen.clear();
    callers.clear();
    counted.clear();
    if (rows.length === 0) return;
    await database
      .transaction((tx) => audit.recordAll(tx, rows))
      .catch((error: unknown) => log(`${rows.length} counts of denied attempts were not written: ${String(error)}`));
  }

  function count(key: string, entry: AuditInput): void {
    const before = counted.get(key)?.count ?? 0;
    counted.set(key, { entry, count: before + 1 });
    timer ??= setTimeout(() => void flush(), Math.max(0, began + windowMs - now())).unref();
  }

  return {
    flush,
    async note(entry) {
      if (now() - began >= windowMs) await flush();
      const { actor, action, resource } = entry;
      const caller = JSON.stringify([actor.user, actor.address]);
      const key = JSON.stringify([caller, action, resource]);
      if (seen.has(key)) return count(key, entry);
      const own = callers.get(caller) ?? 0;
      if (written >= perWindow && !callers.has(caller)) return count("all", manyCallers(entry));
      if (written >= perWindow || own >= perCaller)
        return count(caller, { ...entry, resource: "*", application: null });
      written += 1;
      seen.add(key);
      callers.set(caller, own + 1);
      await database.transaction((tx) => audit.record(tx, entry));
    },
    async stop() {
      await flush();
    },
  };
}

/** One row for all: it names nobody, since it stands for many. */
function manyCallers(entry: AuditInput): AuditInput {
  const { via } = entry.actor;
  return { ...entry, actor: { user: "*", roles: [], via }, resource: "*", application: null };
}
