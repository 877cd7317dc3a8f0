import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { growth, ratePerStep, segmentsOf, sumKnown, usualInterval } from "./counter.ts";
import { slicesOf } from "./slice.ts";
import type { Reading, SeriesData } from "./types.ts";

function counter(readings: readonly Reading[], more: Partial<SeriesData> = {}): SeriesData {
  return { name: "c", kind: "counter", labels: {}, slices: [], boundary: -Infinity, readings, ...more };
}

const every = (intervalMs: number, values: readonly number[], from = 0): Reading[] =>
  values.map((value, at) => ({ time: from + at * intervalMs, value }));

describe("ratePerStep", () => {
  test("a steady counter has its rate in each step", () => {
    const segments = segmentsOf(counter(every(1000, [0, 5, 10, 15, 20])));
    expect([...ratePerStep(segments, { start: 0, stepMs: 1000, count: 4 })]).toEqual([5, 5, 5, 5]);
  });

  test("scrapes that do not meet the steps lose and double nothing", () => {
    const segments = segmentsOf(counter(every(1000, [0, 10, 20, 30], 300)));
    expect([...ratePerStep(segments, { start: 0, stepMs: 1000, count: 3 })]).toEqual([10, 10, 10]);
  });

  test("after a reset the counter grew from zero", () => {
    expect(growth(100, 3)).toBe(3);
    const segments = segmentsOf(counter(every(1000, [100, 110, 4, 8])));
    expect([...ratePerStep(segments, { start: 0, stepMs: 1000, count: 3 })]).toEqual([10, 4, 4]);
  });

  test("a gap is unknown, not a line drawn through it", () => {
    const readings = [...every(1000, [0, 1, 2, 3]), ...every(1000, [100, 101, 102], 10_000)];
    const rates = [...ratePerStep(segmentsOf(counter(readings)), { start: 0, stepMs: 1000, count: 12 })];
    expect(rates).toEqual([1, 1, 1, ...Array<number>(7).fill(NaN), 1, 1]);
  });

  test("a step is known when readings cover half of it", () => {
    const segments = segmentsOf(counter(every(500, [0, 5, 10])));
    expect([...ratePerStep(segments, { start: -600, stepMs: 1000, count: 3 })]).toEqual([NaN, 10, NaN]);
  });

  test("without readings, or with one, nothing is known", () => {
    expect([...ratePerStep(segmentsOf(counter([])), { start: 0, stepMs: 1000, count: 2 })]).toEqual([NaN, NaN]);
    expect([...ratePerStep(segmentsOf(counter(every(1, [7]))), { start: 0, stepMs: 1000, count: 1 })]).toEqual([NaN]);
    expect(usualInterval([])).toBe(Infinity);
  });

  test("NaN and infinite readings are as if they had not been made", () => {
    const segments = segmentsOf(counter(every(1000, [0, NaN, 2, Infinity, 4])));
    expect([...ratePerStep(segments, { start: 0, stepMs: 1000, count: 4 })]).toEqual([1, 1, 1, 1]);
  });
});

const increments = fc.array(
  fc.record({ wait: fc.integer({ min: 900, max: 1100 }), grow: fc.integer({ min: 0, max: 100 }), reset: fc.boolean() }),
  { minLength: 2, maxLength: 200 },
);

function build(rows: readonly { wait: number; grow: number; reset: boolean }[]): {
  readings: Reading[];
  grown: number;
} {
  let time = 0;
  let value = 50;
  let grown = 0;
  const readings = [{ time, value }];
  for (const row of rows) {
    time += row.wait;
    // A reset is only visible when the counter ends up lower than before.
    const next = row.reset && row.grow < value ? row.grow : value + row.grow;
    grown += row.grow;
    value = next;
    readings.push({ time, value });
  }
  return { readings, grown };
}

test("whatever the resets and the jitter, all growth is found and nothing is negative", () => {
  fc.assert(
    fc.property(increments, fc.integer({ min: 1, max: 7000 }), (rows, stepMs) => {
      const { readings, grown } = build(rows);
      const end = readings.at(-1)?.time ?? 0;
      const steps = { start: 0, stepMs, count: Math.ceil(end / stepMs) };
      const rates = ratePerStep(segmentsOf(counter(readings)), steps);
      let total = 0;
      rates.forEach((rate, step) => {
        if (Number.isNaN(rate)) return;
        expect(rate).toBeGreaterThanOrEqual(0);
        total += (rate * Math.min(stepMs, end - step * stepMs)) / 1000;
      });
      const unknown = Number.isNaN(rates.at(-1) ?? NaN) ? stepMs * 0.2 : 1e-6;
      expect(Math.abs(total - grown)).toBeLessThanOrEqual(unknown + 1e-6 * grown);
    }),
  );
});

test("slices hold the same growth as the readings they were made of", () => {
  fc.assert(
    fc.property(increments, (rows) => {
      const { readings, grown } = build(rows);
      const slices = slicesOf(readings);
      expect(slices.reduce((sum, slice) => sum + slice.increase, 0)).toBe(grown);
      expect(slices.reduce((sum, slice) => sum + slice.count, 0)).toBe(readings.length);
      for (const slice of slices) {
        expect(slice.time % 60_000).toBe(0);
        expect(slice.min).toBeLessThanOrEqual(Math.min(slice.first, slice.last));
        expect(slice.max).toBeGreaterThanOrEqual(Math.max(slice.first, slice.last));
      }
    }),
  );
});

test("where slices end and readings begin, nothing is counted twice", () => {
  const readings = every(
    1000,
    Array.from({ length: 240 }, (_, at) => at * 2),
  );
  const boundary = 120_000;
  const series = counter(
    readings.filter((reading) => reading.time >= boundary - 60_000),
    {
      boundary,
      slices: slicesOf(readings).filter((slice) => slice.time < boundary),
    },
  );
  const rates = [...ratePerStep(segmentsOf(series), { start: 0, stepMs: 60_000, count: 4 })];
  expect(rates[0]).toBeCloseTo((2 * 59) / 60, 10);
  expect(rates[1]).toBeCloseTo(2, 1);
  expect(rates[2]).toBeCloseTo(2, 10);
  expect(rates[3]).toBeCloseTo(2, 10);
});

test("sumKnown adds what is known and leaves the rest unknown", () => {
  expect([...sumKnown([Float64Array.of(1, NaN, NaN), Float64Array.of(2, 3, NaN)], 3)]).toEqual([3, 3, NaN]);
});
