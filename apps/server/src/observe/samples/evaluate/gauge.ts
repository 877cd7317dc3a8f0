import { usualInterval } from "./counter.ts";
import { minuteMs, type Reading, type SeriesData, type Steps } from "./types.ts";

/** A reading speaks for a step without one for at most this many usual intervals. */
const carryFactor = 1.5;

type Totals = { sum: Float64Array; count: Float64Array };

/** Mean of all readings of all series in each step; NaN where there is none. */
export function meanPerStep(series: readonly SeriesData[], steps: Steps): Float64Array {
  const totals: Totals = { sum: new Float64Array(steps.count), count: new Float64Array(steps.count) };
  for (const one of series) {
    addSlices(one, steps, totals);
    addReadings(one, steps, totals);
  }
  return totals.sum.map((sum, step) => ((totals.count[step] ?? 0) > 0 ? sum / (totals.count[step] ?? NaN) : NaN));
}

/** A slice weighs in a step with the part of its minute that lies there. */
function addSlices(series: SeriesData, steps: Steps, totals: Totals): void {
  for (const slice of series.slices) {
    if (!Number.isFinite(slice.sum) || slice.count === 0) continue;
    const first = Math.max(0, Math.floor((slice.time - steps.start) / steps.stepMs));
    const last = Math.min(steps.count - 1, Math.ceil((slice.time + minuteMs - steps.start) / steps.stepMs) - 1);
    for (let step = first; step <= last; step += 1) {
      const left = steps.start + step * steps.stepMs;
      const part = (Math.min(slice.time + minuteMs, left + steps.stepMs) - Math.max(slice.time, left)) / minuteMs;
      if (part > 0) add(totals, step, slice.sum * part, slice.count * part);
    }
  }
}

function addReadings(series: SeriesData, steps: Steps, totals: Totals): void {
  const readings = series.readings.filter(
    (reading) => Number.isFinite(reading.value) && reading.time >= series.boundary,
  );
  const longest = carryFactor * usualInterval(readings);
  let next = 0;
  let latest: Reading | undefined;
  for (let step = 0; step < steps.count; step += 1) {
    const left = steps.start + step * steps.stepMs;
    const right = left + steps.stepMs;
    let seen = false;
    for (; next < readings.length; next += 1) {
      const reading = readings[next] as Reading;
      if (reading.time >= right) break;
      latest = reading;
      if (reading.time < left) continue;
      add(totals, step, reading.value, 1);
      seen = true;
    }
    // Scrapes a little slower than the step would leave holes that are none.
    if (!seen && latest !== undefined && right - latest.time <= longest && Number.isFinite(longest))
      add(totals, step, latest.value, 1);
  }
}

function add(totals: Totals, step: number, sum: number, count: number): void {
  totals.sum[step] = (totals.sum[step] ?? 0) + sum;
  totals.count[step] = (totals.count[step] ?? 0) + count;
}
