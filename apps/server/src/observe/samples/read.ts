import type { Tx } from "../../platform/database/api.ts";
import type { Labels, SeriesKind } from "./api.ts";
import type { Selection } from "./evaluate/evaluate.ts";
import type { Reading, SeriesData, Slice } from "./evaluate/types.ts";

/** Slices speak in [from, boundary), readings in [boundary, to); readings begin `before` earlier for the first growth. */
export type Range = { from: number; boundary: number; to: number; lookbackMs: number };

/** More series than this in one query is a mistake in its labels, and would take the memory of everybody else. */
const seriesAtMost = 5_000;

export class TooManySeries extends Error {
  constructor(names: readonly string[], count: number) {
    super(`${names.join(", ")}: ${count} series match; at most ${seriesAtMost} can be read at once. Name more labels in "where".`);
    this.name = "TooManySeries";
  }
}

type SeriesRow = { id: number; name: string; kind: SeriesKind; labels: Labels };

export async function readSeries(tx: Tx, selection: Selection, range: Range): Promise<SeriesData[]> {
  const series = await tx.query<SeriesRow>(
    "select id, name, kind, labels from observe_series where name = any($1) and labels @> $2::jsonb order by id",
    [selection.names, JSON.stringify(selection.where)],
  );
  if (series.length > seriesAtMost) throw new TooManySeries(selection.names, series.length);
  if (series.length === 0) return [];
  const ids = series.map((row) => row.id);
  const slices = range.boundary > range.from ? await readSlices(tx, ids, range) : new Map<number, Slice[]>();
  const readings = range.boundary < range.to ? await readReadings(tx, ids, range) : new Map<number, Reading[]>();
  return series
    .map((row) => ({
      name: row.name, kind: row.kind, labels: row.labels, boundary: range.boundary > range.from ? range.boundary : -Infinity,
      slices: slices.get(row.id) ?? [], readings: readings.get(row.id) ?? [],
    }))
    .filter((one) => one.slices.length > 0 || one.readings.length > 0);
}

/** True when any series has this name, whatever its labels. */
export async function isKnown(tx: Tx, name: string): Promise<boolean> {
  return (await tx.query("select 1 from observe_series where name = $1 limit 1", [name])).length > 0;
}

async function readReadings(tx: Tx, ids: readonly number[], range: Range): Promise<Map<number, Reading[]>> {
  const from = Math.max(range.from, range.boundary) - range.lookbackMs;
  // Text lists are several times faster to read here than one row, or one array element, for each reading.
  const rows = await tx.query<{ series: number; times: string; values: string }>(
    `with wanted as (
       select l.id, u.series, u.position from observe_layout l, unnest(l.series) with ordinality as u(series, position)
       where l.series && $1::bigint[] and u.series = any($1::bigint[]))
     select w.series, string_agg((extract(epoch from s.time) * 1000)::bigint::text, ',' order by s.time, s.layout_id) as times,
       string_agg(s.values[w.position]::text, ',' order by s.time, s.layout_id) as values
     from wanted w join observe_sample s on s.layout_id = w.id
     where s.time >= to_timestamp($2 / 1000.0) and s.time < to_timestamp($3 / 1000.0)
     group by w.series`,
    [ids, from, range.to + range.lookbackMs],
  );
  return new Map(rows.map((row) => [row.series, pair(row.times, row.values)]));
}

function pair(times: string, values: string): Reading[] {
  const numbers = values.split(",");
  const readings: Reading[] = [];
  times.split(",").forEach((time, at) => {
    const reading = { time: Number(time), value: Number(numbers[at]) };
    if (readings.at(-1)?.time !== reading.time) readings.push(reading);
  });
  return readings;
}

async function readSlices(tx: Tx, ids: readonly number[], range: Range): Promise<Map<number, Slice[]>> {
  const rows = await tx.query<Slice & { series: number }>(
    `select series_id as series, extract(epoch from minute)::float8 * 1000 as time, count, sum, min, max, first, last, increase
     from observe_slice where series_id = any($1::bigint[])
       and minute > to_timestamp($2 / 1000.0) - interval '1 minute' and minute < to_timestamp($3 / 1000.0)
     order by series_id, minute`,
    [ids, range.from, Math.min(range.boundary, range.to)],
  );
  const slices = new Map<number, Slice[]>();
  for (const { series, ...slice } of rows) {
    const list = slices.get(series);
    if (list === undefined) slices.set(series, [slice]);
    else list.push(slice);
  }
  return slices;
}
