import type { Database, Tx } from "../database/api.ts";
import { readSealed, readStart } from "./chain-reader.ts";
import type { Sink, Told } from "./sinks/sink.ts";

/** Milliseconds that a failing sink is left alone, doubled from the first to the second. */
const firstWait = 1_000;
const longestWait = 60_000;

export type Exporter = {
  /** Tells every sink what it has not been told, until none has anything to do or fails. Only the leader calls it. */
  run(lead: { signal: AbortSignal; transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> }): Promise<void>;
  close(): void;
};

type Dependencies = {
  database: Pick<Database, "query">;
  sinks: readonly Sink[];
  log(level: "info" | "warn", message: string): void;
  now?: () => number;
};

/**
 * Tells places outside of every sealed entry, in order and at least once. How far each one was told is a row, so that a
 * restart, another leader or an outage of any length loses nothing and repeats at most the batch in flight.
 */
export function createExporter({ database, sinks, log, now = Date.now }: Dependencies): Exporter {
  const waits = new Map<string, { until: number; ms: number }>();
  let forgotten = false;

  async function tell(sink: Sink, lead: Parameters<Exporter["run"]>[0]): Promise<void> {
    const wait = waits.get(sink.name);
    if (wait !== undefined && wait.until > now()) return;
    const [row] = await database.query<{ seq: number }>("select seq from platform_audit_sink where name = $1", [
      sink.name,
    ]);
    let seq = row?.seq ?? (await readStart(database)).seq;
    if (row === undefined) await lead.transaction((tx) => keep(tx, sink.name, seq, null));
    try {
      while (!lead.signal.aborted) {
        const sealed = await readSealed(database, seq);
        const last = sealed.at(-1);
        if (last === undefined) break;
        const entries = sealed.flatMap((each): Told[] => (each.row === null ? [] : [{ ...each, row: each.row }]));
        if (entries.length > 0) await sink.send(entries, lead.signal);
        await lead.transaction((tx) => keep(tx, sink.name, last.seq, null));
        seq = last.seq;
      }
      if (wait !== undefined) log("info", `the audit goes to ${sink.name} again`);
      waits.delete(sink.name);
    } catch (error) {
      if (lead.signal.aborted) return;
      const ms = wait === undefined ? firstWait : Math.min(longestWait, wait.ms * 2);
      waits.set(sink.name, { until: now() + ms, ms });
      const message = (error as Error).message;
      if (wait === undefined) log("warn", `the audit cannot be told to ${sink.name} and is tried again: ${message}`);
      await lead.transaction((tx) => keep(tx, sink.name, seq, message));
    }
  }

  return {
    async run(lead) {
      if (!forgotten) {
        // A sink that is no longer configured must not hold retention back.
        const names = sinks.map(({ name }) => name);
        await lead.transaction((tx) =>
          tx.query("delete from platform_audit_sink where name <> all($1::text[])", [names]),
        );
        forgotten = true;
      }
      await Promise.all(sinks.map((sink) => tell(sink, lead)));
    },
    close() {
      for (const sink of sinks) sink.close();
    },
  };
}

async function keep(tx: Tx, name: string, seq: number, error: string | null): Promise<void> {
  await tx.query(
    `insert into platform_audit_sink as s (name, seq, error, failing_since)
     values ($1, $2, $3::text, case when $3::text is null then null else clock_timestamp() end)
     on conflict (name) do update set seq = excluded.seq, error = excluded.error, updated_at = clock_timestamp(),
       failing_since = case when excluded.error is null then null else coalesce(s.failing_since, clock_timestamp()) end`,
    [name, seq, error?.slice(0, 500) ?? null],
  );
}
