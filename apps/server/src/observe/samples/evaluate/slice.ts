import { growth } from "./counter.ts";
import { minuteMs, type Reading, type Slice } from "./types.ts";

/** A reading further back than this says nothing about the growth up to the next one. */
export const lookbackMs = 120_000;

/** Larger ones could overflow a minute's sum. */
const largest = 1e300;

/**
 * The minute slices of one series, aligned to the epoch: the meaning of what the database computes from raw rows.
 * Growth from the reading before belongs to the minute of the later reading. Readings that are not finite, or absurd (above 1e300), are left out.
 */
export function slicesOf(readings: readonly Reading[]): Slice[] {
  const slices = new Map<number, Slice>();
  let previous: Reading | undefined;
  for (const reading of readings) {
    if (!(Math.abs(reading.value) <= largest)) continue;
    const time = Math.floor(reading.time / minuteMs) * minuteMs;
    const { value } = reading;
    const increase =
      previous === undefined || reading.time - previous.time > lookbackMs ? 0 : growth(previous.value, value);
    const slice = slices.get(time);
    if (slice === undefined) {
      slices.set(time, { time, count: 1, sum: value, min: value, max: value, first: value, last: value, increase });
    } else {
      slice.count += 1;
      slice.sum += value;
      slice.min = Math.min(slice.min, value);
      slice.max = Math.max(slice.max, value);
      slice.last = value;
      slice.increase += increase;
    }
    previous = reading;
  }
  return [...slices.values()];
}
