import type { Database } from "../../platform/database/api.ts";
import type { Sample, SeriesKind } from "./api.ts";
import { hashOf, labelsOfKey, seriesKey } from "./series-key.ts";

/** Finds the ids of series and layouts, and creates those that are new. Remembers what it found for at most an hour. */
export type Directory = {
  seriesIds(samples: readonly Sample[]): Promise<number[]>;
  layoutId(series: readonly number[]): Promise<number>;
};

/** Rows that nothing uses are removed after days; an hour of memory can never name one of them. */
const rememberMs = 3_600_000;
const rememberAtMost = 200_000;

export function createDirectory(database: Database, now: () => number): Directory {
  const series = new Map<string, number>();
  const layouts = new Map<string, number>();
  let since = now();

  const forget = () => {
    if (now() - since < rememberMs && series.size < rememberAtMost && layouts.size < rememberAtMost) return;
    series.clear();
    layouts.clear();
    since = now();
  };

  return {
    async seriesIds(samples) {
      forget();
      const keys = samples.map((sample) => seriesKey(sample.name, sample.labels));
      const missing = new Map<string, SeriesKind>();
      keys.forEach((key, at) => {
        if (!series.has(key)) missing.set(key, samples[at]?.kind ?? "unknown");
      });
      const known = missing.size === 0 ? series : new Map([...series, ...(await createSeries(database, missing))]);
      for (const key of missing.keys()) series.set(key, known.get(key) as number);
      return keys.map((key) => known.get(key) as number);
    },
    async layoutId(ids) {
      const text = ids.join(",");
      const known = layouts.get(text);
      if (known !== undefined) return known;
      const id = await createLayout(database, text, ids);
      layouts.set(text, id);
      return id;
    },
  };
}

async function createSeries(
  database: Database,
  missing: ReadonlyMap<string, SeriesKind>,
): Promise<Map<string, number>> {
  const rows = [...missing].map(([key, kind]) => {
    const name = (JSON.parse(key) as string[])[0] ?? "";
    return { key, kind, name, labels: JSON.stringify(labelsOfKey(key)), hash: hashOf(key) };
  });
  // One order everywhere: two writers that create the same series must not wait for each other in a circle.
  rows.sort((left, right) => (left.hash < right.hash ? -1 : 1));
  const created = await database.query<{ id: number; hash: string }>(
    `insert into observe_series (hash, name, kind, labels)
     select decode(h, 'hex'), n, k, l::jsonb from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as r(h, n, k, l)
     on conflict (hash) do update set kind = excluded.kind, seen_at = now()
     returning id, encode(hash, 'hex') as hash`,
    [
      rows.map((row) => row.hash),
      rows.map((row) => row.name),
      rows.map((row) => row.kind),
      rows.map((row) => row.labels),
    ],
  );
  const ids = new Map(created.map((row) => [row.hash, row.id]));
  return new Map(rows.map((row) => [row.key, ids.get(row.hash) as number]));
}

async function createLayout(database: Database, text: string, ids: readonly number[]): Promise<number> {
  const [row] = await database.query<{ id: number }>(
    `insert into observe_layout (hash, series) values (decode($1, 'hex'), $2::bigint[])
     on conflict (hash) do update set created_at = now() returning id`,
    [hashOf(text), ids],
  );
  return (row as { id: number }).id;
}
