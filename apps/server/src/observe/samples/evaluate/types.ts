import type { Labels, SeriesKind } from "../api.ts";

/** One raw reading; time in epoch milliseconds. */
export type Reading = { time: number; value: number };

/** One minute of one series. `increase` is its growth since the reading before, counter resets corrected. */
export type Slice = {
  time: number;
  count: number;
  sum: number;
  min: number;
  max: number;
  first: number;
  last: number;
  increase: number;
};

/** What is known of one series: slices for the far past, readings (sorted, times distinct) for the rest. */
export type SeriesData = {
  name: string;
  kind: SeriesKind;
  labels: Labels;
  slices: readonly Slice[];
  readings: readonly Reading[];
  /** Up to here slices speak, from here readings do; -Infinity without slices. */
  boundary: number;
};

/** `count` steps of `stepMs` from `start` on. */
export type Steps = { start: number; stepMs: number; count: number };

export const minuteMs = 60_000;
