import { array, assert, double, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { AllTiedError, estimateShift, QUANTILE_95, QUANTILE_98, shiftRange, shiftStatistic } from "./mann-whitney.ts";
import { rankedPair } from "./rank-shift.ts";

function estimate(first: readonly number[], second: readonly number[], quantile = QUANTILE_98, tolerance = 1e-4) {
  const a = Float64Array.from(first);
  const b = Float64Array.from(second);
  const range = shiftRange(a, b);
  return estimateShift(rankedPair(a, b), { quantile, tolerance, range, correctEstimate: true });
}

/** Median of all differences, the Hodges–Lehmann estimate by its definition. */
function hodgesLehmann(first: readonly number[], second: readonly number[]): number {
  const differences = first.flatMap((a) => second.map((b) => a - b)).toSorted((a, b) => a - b);
  const middle = differences.length / 2;
  return ((differences[Math.ceil(middle) - 1] ?? 0) + (differences[Math.floor(middle)] ?? 0)) / 2;
}

describe("estimateShift", () => {
  it("gives Kayenta's published interval 6 to 39 and estimate 22.5", () => {
    const result = estimate([10, 20, 30, 40], [1, 2, 3, 4], QUANTILE_95);
    expect(result.lower).toBeCloseTo(6, 3);
    expect(result.upper).toBeCloseTo(39, 3);
    expect(result.estimate).toBeCloseTo(22.5, 3);
  });

  it("clamps an end without a change of sign to the range", () => {
    const { lower, upper } = estimate([5, 6], [1, 2]);
    expect([lower, upper]).toEqual([3, 5]);
  });

  it("fails where all values tie at an end of the range", () => {
    expect(() => estimate([5], [2])).toThrow(AllTiedError);
  });

  it("is blind below its absolute tolerance, as Kayenta's is", () => {
    const small = (values: readonly number[]) => values.map((value) => value * 1e-6);
    const first = [11, 12, 13, 14, 15, 16, 17, 18, 9, 10];
    const second = [8, 9, 10, 11, 12, 13, 14, 7, 6, 5];
    const coarse = estimate(small(first), small(second));
    const fine = estimate(small(first), small(second), QUANTILE_98, 1e-12);
    expect(coarse.lower).not.toBeCloseTo(fine.lower, 6);
    expect(fine.estimate * 1e6).toBeCloseTo(estimate(first, second).estimate, 2);
  });

  it("orders the interval around the estimate and comes near the median difference", () => {
    const sample = array(double({ min: -100, max: 100, noNaN: true }), { minLength: 12, maxLength: 30 });
    assert(
      property(sample, sample, (a, b) => {
        const distinct = new Set([...a, ...b]);
        if (distinct.size < a.length + b.length) return;
        const { lower, estimate: middle, upper } = estimate(a, b);
        expect(lower).toBeLessThanOrEqual(middle + 2e-4);
        expect(upper).toBeGreaterThanOrEqual(middle - 2e-4);
        const direct = hodgesLehmann(a, b);
        expect(direct).toBeGreaterThanOrEqual(lower - 2e-4);
        expect(direct).toBeLessThanOrEqual(upper + 2e-4);
      }),
    );
  });
});

describe("shiftStatistic", () => {
  it("falls as the shift grows and changes sign over the range", () => {
    const sample = array(integer({ min: -50, max: 50 }), { minLength: 5, maxLength: 20 });
    assert(
      property(sample, sample, integer({ min: -80, max: 80 }), (a, b, shift) => {
        const pair = rankedPair(Float64Array.from(a), Float64Array.from(b));
        const uncorrected = shiftStatistic(pair, false);
        const near = guarded(() => uncorrected(shift));
        const far = guarded(() => uncorrected(shift + 200));
        if (near !== undefined && far !== undefined) expect(far).toBeLessThanOrEqual(0);
      }),
    );
  });

  it("takes half a rank off towards zero", () => {
    const pair = rankedPair(Float64Array.of(3, 4), Float64Array.of(1, 2));
    const sigma = Math.sqrt((4 / 12) * 5);
    expect(shiftStatistic(pair, true)(0)).toBeCloseTo(1.5 / sigma, 12);
    expect(shiftStatistic(pair, false)(0)).toBeCloseTo(2 / sigma, 12);
  });
});

function guarded(work: () => number): number | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof AllTiedError) return undefined;
    throw error;
  }
}
