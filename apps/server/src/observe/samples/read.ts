import type { Tx } from "../../platform/database/api.ts";
import type { Labels, SeriesKind } from "./api.ts";
import type { Selection } from "./evaluate/evaluate.ts";
import type { Reading, SeriesData, Slice } from "./evaluate/types.ts";

/** Slices speak in [from, boundary), readings in [boundary, to); readings begin `before` earlier for the first growth. */
export type Range = { from: number; boundary: number; to: number; lookbackMs: number };

/** More series than this in one query is a mistake in its labels, and would take the memory of everybody else. */
const seriesAtMost = 5_000;

class TooManySeries extends Error {
  constructor(names: readonly string[], count: number) {
    super(
      `${names.join(", ")}: ${count} series match; at most ${seriesAtMost} can be read at once. Name more labels in "where".`,
    );
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
      name: row.name,
      kind: row.kind,
      labels: row.labels,
      boundary: range.boundary > range.from ? range.boundary : -Infinity,
      slices: slices.get(row.id) ?? [],
      readings: readings.get(row.id) ?? [],
    }))
    .filter((one) => one.slices.length > 0 || one.readings.length > 0);
}

/** True when any series has this name, whatever its labels. */
export async function isKnown(tx: Tx, name: string): Promise<boolean> {
  return (await tx.query("select 1 from observe_series where name = $1 limit 1", [name])).length > 0;
}

async function readReadings(tx: Tx, ids: readonly number[], range: Range): Promise<Map<number, Reading[]>> {
  const from = Math.max(range.from, range.boundary) - range.lookbackMs;
  // One row for each layout, its readings as text: many times faster than one row for each reading.
  const rows = await tx.query<{ series: string; times: string; rows: string }>(
    `with wanted as materialized (
       select l.id, array_agg(u.position::int order by u.position) as positions, string_agg(u.series::text, ',' order by u.position) as series
       from observe_layout l, unnest(l.series) with ordinality as u(series, position)
       where l.series && $1::bigint[] and u.series = any($1::bigint[]) group by l.id)
     select w.series, t.times, t.rows from wanted w cross join lateral (
       select string_agg((extract(epoch from s.time) * 1000)::bigint::text, ',' order by s.time) as times,
         string_agg((select string_agg(s.values[p]::text, ' ' order by p) from unnest(w.positions) as p), ',' order by s.time) as rows
       from observe_sample s
       where s.layout_id = w.id and s.time >= to_timestamp($2 / 1000.0) and s.time < to_timestamp($3 / 1000.0)) t
     where t.times is not null order by w.id`,
    [ids, from, range.to + range.lookbackMs],
  );
  const readings = new Map<number, Reading[]>();
  for (const row of rows) addLayout(readings, row);
  for (const list of readings.values()) inOrder(list);
  return readings;
}

function addLayout(readings: Map<number, Reading[]>, row: { series: string; times: string; rows: string }): void {
  const lists = row.series.split(",").map((id) => {
    const list = readings.get(Number(id)) ?? [];
    readings.set(Number(id), list);
    return list;
  });
  const rows = row.rows.split(",");
  row.times.split(",").forEach((text, at) => {
    const time = Number(text);
    const values = (rows[at] ?? "").split(" ");
    lists.forEach((list, column) => list.push({ time, value: Number(values[column]) }));
  });
}

/** A series that was scraped in several layouts comes in several pieces; the first reading of a moment counts. */
function inOrder(list: Reading[]): void {
  const sorted = list.every((reading, at) => at === 0 || reading.time > (list[at - 1]?.time ?? Infinity));
  if (sorted) return;
  list.sort((left, right) => left.time - right.time);
  let kept = 0;
  for (const reading of list) {
    if (kept > 0 && list[kept - 1]?.time === reading.time) continue;
    list[kept] = reading;
    kept += 1;
  }
  list.length = kept;
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
