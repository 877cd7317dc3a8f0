import { minuteMs, type Reading, type SeriesData, type Steps } from "./types.ts";

/** A counter grew by `increase` somewhere in (from, to]. */
export type Segment = { from: number; to: number; increase: number };

/** How much a counter grew from one reading to the next: after a reset it began again at 0. */
export function growth(previous: number, value: number): number {
  return value >= previous ? value - previous : value;
}

/** Two neighbours further apart than this many usual intervals are a gap: what happened between them is unknown. */
const gapFactor = 3;

/** The middle one of the distances between neighbours; Infinity for fewer than two readings. */
export function usualInterval(readings: readonly Reading[]): number {
  const distances: number[] = [];
  for (let at = 1; at < readings.length; at += 1)
    distances.push((readings[at]?.time ?? 0) - (readings[at - 1]?.time ?? 0));
  distances.sort((left, right) => left - right);
  return distances[Math.floor((distances.length - 1) / 2)] ?? Infinity;
}

/** The stretches over which the growth of a counter is known. Readings that are not finite are left out. */
export function segmentsOf(series: SeriesData): Segment[] {
  const segments: Segment[] = series.slices.map((slice) => ({
    from: slice.time,
    to: slice.time + minuteMs,
    increase: slice.increase,
  }));
  const readings = series.readings.filter((reading) => Number.isFinite(reading.value));
  const longest = gapFactor * usualInterval(readings);
  for (let at = 1; at < readings.length; at += 1) {
    const previous = readings[at - 1] as Reading;
    const reading = readings[at] as Reading;
    if (reading.time < series.boundary || reading.time - previous.time > longest) continue;
    segments.push({ from: previous.time, to: reading.time, increase: growth(previous.value, reading.value) });
  }
  return segments;
}

/** Below this part of a step being covered by readings, the step is unknown. */
const leastCoverage = 0.5;

/**
 * Growth per second in each step. A stretch's growth is spread evenly over it, so that scrapes that do not meet the
 * steps lose and double nothing; a step less than half covered is NaN, otherwise the rate is that of the covered part.
 */
export function ratePerStep(segments: readonly Segment[], steps: Steps): Float64Array {
  const { start, stepMs, count } = steps;
  const increase = new Float64Array(count);
  const covered = new Float64Array(count);
  for (const { from, to, increase: grown } of segments) {
    if (to <= start || from >= start + stepMs * count || to <= from) continue;
    const first = Math.max(0, Math.floor((from - start) / stepMs));
    const last = Math.min(count - 1, Math.ceil((to - start) / stepMs) - 1);
    for (let step = first; step <= last; step += 1) {
      const left = start + step * stepMs;
      const overlap = Math.min(to, left + stepMs) - Math.max(from, left);
      if (overlap <= 0) continue;
      increase[step] = (increase[step] ?? 0) + (grown * overlap) / (to - from);
      covered[step] = (covered[step] ?? 0) + overlap;
    }
  }
  return increase.map((grown, step) => {
    const known = Math.min(covered[step] ?? 0, stepMs);
    return known >= leastCoverage * stepMs ? (grown / known) * 1000 : NaN;
  });
}

/** Adds series step by step; a step that no series knows stays NaN. */
export function sumKnown(rows: readonly Float64Array[], count: number): Float64Array {
  const sum = new Float64Array(count).fill(NaN);
  for (const row of rows) {
    for (let step = 0; step < count; step += 1) {
      const value = row[step] ?? NaN;
      if (Number.isNaN(value)) continue;
      const before = sum[step] ?? NaN;
      sum[step] = Number.isNaN(before) ? value : before + value;
    }
  }
  return sum;
}
