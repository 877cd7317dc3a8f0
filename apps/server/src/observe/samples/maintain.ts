import type { Database, Tx } from "../../platform/database/api.ts";
import { lookbackMs } from "./evaluate/slice.ts";
import { minuteMs } from "./evaluate/types.ts";

export type Retention = { rawMs: number; sliceMs: number };
export type Maintained = { slicedTo: number | null; removedRows: number };

/** A minute is closed this long after its end, so that slow scrapes still count. */
const closeAfterMs = 30_000;
/** Minutes of one transaction at most: a server that was away for a day catches up in small steps. */
const minutesAtOnce = 10;

/**
 * Builds the slices of closed minutes and removes what is past its retention. For one caller at a time (a leader), but
 * two at once do no harm: the watermark's row lock puts them in order.
 */
export async function maintainSamples(database: Database, retention: Retention, now: number): Promise<Maintained> {
  let slicedTo: number | null = null;
  for (;;) {
    const step = await database.transaction((tx) => buildSlices(tx, now));
    slicedTo = step.slicedTo;
    if (!step.more) break;
  }
  // Raw rows go only once their slices stand.
  const rawTo = Math.min(now - retention.rawMs, slicedTo ?? -Infinity) - lookbackMs;
  const removedRows = Number.isFinite(rawTo) ? await remove(database, "observe_sample", "time", rawTo) : 0;
  await remove(database, "observe_slice", "minute", now - retention.sliceMs);
  await database.query("delete from observe_series where seen_at < to_timestamp($1 / 1000.0)", [
    now - retention.sliceMs - retention.rawMs,
  ]);
  await database.query(
    `delete from observe_layout l where created_at < to_timestamp($1 / 1000.0)
       and not exists (select from observe_sample s where s.layout_id = l.id)`,
    [now - retention.rawMs],
  );
  return { slicedTo, removedRows };
}

async function remove(
  database: Database,
  table: "observe_sample" | "observe_slice",
  column: string,
  to: number,
): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    `with gone as (delete from ${table} where ${column} < to_timestamp($1 / 1000.0) returning 1) select count(*) as count from gone`,
    [to],
  );
  return row?.count ?? 0;
}

async function buildSlices(tx: Tx, now: number): Promise<{ slicedTo: number | null; more: boolean }> {
  await tx.query(
    `insert into observe_watermark (name, time)
     select 'slice', date_bin('1 minute', min(time), 'epoch') from observe_sample having min(time) is not null
     on conflict do nothing`,
  );
  const [mark] = await tx.query<{ time: number }>(
    "select extract(epoch from time)::float8 * 1000 as time from observe_watermark where name = 'slice' for update",
  );
  if (mark === undefined) return { slicedTo: null, more: false };
  const closed = Math.floor((now - closeAfterMs) / minuteMs) * minuteMs;
  const to = Math.min(closed, mark.time + minutesAtOnce * minuteMs);
  if (to <= mark.time) return { slicedTo: mark.time, more: false };
  const reached = (await sliceMinutes(tx, mark.time, to)) ? to : await nextMinuteWithRows(tx, to, closed);
  await tx.query("update observe_watermark set time = to_timestamp($1 / 1000.0) where name = 'slice'", [reached]);
  return { slicedTo: reached, more: reached < closed };
}

/** Where to go on when nothing was stored for a while, so that a long silence is passed in one step. */
async function nextMinuteWithRows(tx: Tx, from: number, closed: number): Promise<number> {
  const [row] = await tx.query<{ time: number | null }>(
    `select extract(epoch from date_bin('1 minute', min(time), 'epoch'))::float8 * 1000 as time from observe_sample
     where time >= to_timestamp($1 / 1000.0) and time < to_timestamp($2 / 1000.0)`,
    [from, closed],
  );
  return row?.time ?? closed;
}

/** The same rules as `slicesOf` in evaluate/slice.ts, in the database, where the rows are. False when there were none. */
async function sliceMinutes(tx: Tx, from: number, to: number): Promise<boolean> {
  const [found] = await tx.query<{ any: boolean }>(
    `with reading as materialized (
       select distinct on (u.series, s.time) u.series, s.time, s.values[u.position] as value
       from observe_sample s join observe_layout l on l.id = s.layout_id, unnest(l.series) with ordinality as u(series, position)
       where s.time >= to_timestamp($1 / 1000.0) - $3 * interval '1 millisecond' and s.time < to_timestamp($2 / 1000.0)
         and s.values[u.position] between -1e300 and 1e300
       order by u.series, s.time, s.layout_id),
     grown as (
       select series, time, value, lag(value) over w as previous, lag(time) over w as previous_time
       from reading window w as (partition by series order by time)),
     sliced as (
       insert into observe_slice (series_id, minute, count, sum, min, max, first, last, increase)
       select series, date_bin('1 minute', time, 'epoch'), count(*), sum(value), min(value), max(value),
         (array_agg(value order by time))[1], (array_agg(value order by time desc))[1],
         sum(case when previous is null or time - previous_time > $3 * interval '1 millisecond' then 0
                  when value >= previous then value - previous else value end)
       from grown where time >= to_timestamp($1 / 1000.0)
       group by 1, 2
       on conflict (series_id, minute) do nothing
       returning series_id),
     seen as (
       update observe_series set seen_at = to_timestamp($2 / 1000.0)
       where id in (select series_id from sliced) and seen_at < to_timestamp($2 / 1000.0) - interval '1 hour')
     select exists (select from sliced) as any`,
    [from, to, lookbackMs],
  );
  return found?.any === true;
}
