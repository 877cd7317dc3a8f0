import type { Database } from "../platform/database/api.ts";
import { encodeText } from "../platform/values/document.ts";

/** Stores topics as woken now; their change is committed already. */
export async function storeWakes(database: Database, topics: readonly string[]): Promise<void> {
  await database.query(
    "insert into engine_wake (topic, woken_at) select topic, clock_timestamp() from unnest($1::text[]) topic",
    [topics.map(encodeText)],
  );
}

/**
 * Makes due what waits for a topic that was woken after its last look began. A wake written inside a transition counts from here on:
 * that it can be seen means that its change is committed. Tasks that are looking at this moment find the wake when they are put back;
 * the one case that both miss (put back while this runs) is found by the next sweep, which asks again for the wakes of the last seconds.
 * Gives how many tasks it made due.
 */
export async function deliverWakes(database: Database, lastSeconds: number): Promise<number> {
  await database.query("update engine_wake set woken_at = clock_timestamp() where woken_at is null");
  const rows = await database.transaction(async (tx) => {
    // However few tasks there are when this is planned: through the index of topics.
    await tx.query("select set_config('enable_seqscan', 'off', true)");
    return tx.query(
      `with woken as (
       select r.ctid as place from engine_task_run r, engine_wake w
       where w.woken_at > now() - make_interval(secs => $1) and r.topics is not null and r.topics @> array[w.topic]
         and r.owner is null and r.due > now() and r.looked_at <= w.woken_at
       for update of r skip locked
     )
     update engine_task_run r set due = now() where r.ctid = any(array(select place from woken)) returning r.stage_id`,
      [lastSeconds],
    );
  });
  return rows.length;
}

/** Wakes older than the longest look that could still ask for them. */
export async function forgetWakes(database: Database): Promise<void> {
  await database.query("delete from engine_wake where woken_at < now() - interval '15 minutes'");
}
