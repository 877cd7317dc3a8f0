import { assert, float64Array, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { holesAsZero, withoutHoles } from "./holes.ts";
import { withoutOutliers } from "./outliers.ts";
import { percentileOfSorted } from "./percentile.ts";

const of = (...values: number[]) => Float64Array.from(values);
const samples = float64Array({ minLength: 1, maxLength: 40, min: -1e6, max: 1e6, noNaN: true });
const NIST = of(
  95.1772,
  95.1567,
  95.1937,
  95.1959,
  95.1442,
  95.061,
  95.1591,
  95.1195,
  95.1772,
  95.0925,
  95.199,
  95.1682,
);

describe("percentileOfSorted", () => {
  it("gives the published 90th percentile of NIST's data", () => {
    expect(percentileOfSorted(NIST.toSorted(), 90)).toBeCloseTo(95.19568, 10);
  });

  it("interpolates, and gives the extremes at the ends", () => {
    expect(percentileOfSorted(of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), 50)).toBe(4.5);
    expect(percentileOfSorted(of(1, 2, 3), 100)).toBe(3);
    expect(percentileOfSorted(of(1), 1)).toBe(1);
    expect(percentileOfSorted(of(), 50)).toBeNaN();
  });

  it("never falls as the percentage grows", () => {
    const percent = integer({ min: 1, max: 99 });
    assert(
      property(samples, percent, (values, p) => {
        const sorted = values.toSorted();
        expect(percentileOfSorted(sorted, p + 1)).toBeGreaterThanOrEqual(percentileOfSorted(sorted, p) - 1e-9);
      }),
    );
  });
});

describe("withoutOutliers", () => {
  it("drops a spike among many equal values and keeps the order", () => {
    const values = Float64Array.from({ length: 200 }, (_, index) => (index === 77 ? 500 : (index * 7) % 10));
    expect([...withoutOutliers(values, 3)]).toEqual([...values].filter((value) => value < 500));
  });

  it("keeps one spike in few values, because the 99th percentile widens the fence only below the maximum", () => {
    expect([...withoutOutliers(of(21, 23, 24, 25, 50, 29, 23, 21), 1.5)]).not.toContain(50);
    expect([...withoutOutliers(of(21, 23, 24, 25, 26, 29, 23, 21), 1.5)]).toHaveLength(8);
  });

  it("keeps everything where the fences are infinite or the side is empty", () => {
    expect([...withoutOutliers(of(1, 2, 3, 1000), Infinity)]).toEqual([1, 2, 3, 1000]);
    expect(withoutOutliers(of(), 3)).toHaveLength(0);
  });

  it("keeps at least what lies between the quartiles, in order", () => {
    assert(
      property(samples, (values) => {
        const kept = [...withoutOutliers(values, 1.5)];
        const low = percentileOfSorted(values.toSorted(), 25);
        const high = percentileOfSorted(values.toSorted(), 75);
        const middle = [...values].filter((value) => value >= low && value <= high);
        expect(kept.filter((value) => value >= low && value <= high)).toEqual(middle);
      }),
    );
  });
});

describe("holes", () => {
  it("are removed or replaced by zero", () => {
    expect([...withoutHoles(of(1, NaN, Infinity, NaN))]).toEqual([1, Infinity]);
    expect([...holesAsZero(of(1, NaN, -0))]).toEqual([1, 0, -0]);
  });
});
