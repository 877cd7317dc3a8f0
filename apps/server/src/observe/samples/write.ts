import type { Database } from "../../platform/database/api.ts";
import type { Sample } from "./api.ts";
import type { Directory } from "./directory.ts";

/** Rows stay below PostgreSQL's threshold for storing a value out of line. */
const seriesPerRow = 200;

/**
 * Stores readings: one row for each time and up to 200 series. Written again, the same readings change nothing.
 * The same series twice at one time in one call: the first counts.
 */
export async function writeSamples(
  database: Database,
  directory: Directory,
  samples: readonly Sample[],
): Promise<void> {
  if (samples.length === 0) return;
  const ids = await directory.seriesIds(samples);
  const times = new Map<number, Map<number, number>>();
  samples.forEach((sample, at) => {
    const row = times.get(sample.time) ?? new Map<number, number>();
    times.set(sample.time, row);
    const id = ids[at] as number;
    if (!row.has(id)) row.set(id, sample.value);
  });
  const layouts: number[] = [];
  const at: number[] = [];
  const values: string[] = [];
  for (const [time, row] of times) {
    const sorted = [...row].sort((left, right) => left[0] - right[0]);
    for (let from = 0; from < sorted.length; from += seriesPerRow) {
      const part = sorted.slice(from, from + seriesPerRow);
      layouts.push(await directory.layoutId(part.map(([id]) => id)));
      at.push(time);
      values.push(`{${part.map(([, value]) => value).join(",")}}`);
    }
  }
  await database.query(
    `insert into observe_sample (layout_id, time, values)
     select l, to_timestamp(t / 1000.0), v::float8[] from unnest($1::bigint[], $2::float8[], $3::text[]) as r(l, t, v)
     on conflict do nothing`,
    [layouts, at, values],
  );
}
