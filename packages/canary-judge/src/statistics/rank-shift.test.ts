import { array, assert, constantFrom, integer, oneof, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { rankedPair, rankSums } from "./rank-shift.ts";

/** Ranks by counting, straight from the definition. */
function counted(first: readonly number[], second: readonly number[], shift: number) {
  const order = (value: number) => (Number.isNaN(value) ? Infinity : value);
  const shifted = first.map((value) => order(value - shift));
  const all = [...shifted, ...second.map(order)];
  const below = (a: number, b: number) => a < b || (a === b && Object.is(a, -0) && !Object.is(b, -0));
  const rank = (value: number) => {
    const smaller = all.filter((other) => below(other, value)).length;
    return smaller + (all.filter((other) => Object.is(other, value)).length + 1) / 2;
  };
  const sizes = [...Map.groupBy(all, (value) => (Object.is(value, -0) ? "-0" : String(value))).values()];
  return {
    rankSum: shifted.reduce((sum, value) => sum + rank(value), 0),
    tieSum: sizes.reduce((sum, { length }) => sum + length ** 3 - length, 0),
  };
}

function merged(first: readonly number[], second: readonly number[], shift: number) {
  const sums = { rankSum: 0, tieSum: 0 };
  rankSums(rankedPair(Float64Array.from(first), Float64Array.from(second)), shift, sums);
  return sums;
}

const small = integer({ min: -4, max: 4 });
const odd = oneof(small, constantFrom(-0, 0, Infinity, -Infinity, NaN, 1e308, -1e308));
const sample = array(small, { minLength: 1, maxLength: 12 });
const oddSample = array(odd, { minLength: 1, maxLength: 12 });

describe("rankSums", () => {
  it("gives the statistic 35 of Hollander and Wolfe's permeability data", () => {
    const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const early = [1.15, 0.88, 0.9, 0.74, 1.21];
    expect(merged(term, early, 0)).toEqual({ rankSum: 35 + (10 * 11) / 2, tieSum: 0 });
  });

  it("shares ranks among ties on both sides", () => {
    expect(merged([1, 2, 2], [2, 3, 3], 0)).toEqual({ rankSum: 1 + 3 + 3, tieSum: 24 + 6 });
  });

  it("ranks -0 below 0 and NaN with Infinity", () => {
    expect(merged([-0], [0], 0)).toEqual({ rankSum: 1, tieSum: 0 });
    expect(merged([Infinity], [Infinity, 1], Infinity)).toEqual({ rankSum: 2.5, tieSum: 6 });
  });

  it("equals counting for any samples and shift", () => {
    assert(
      property(sample, sample, small, (a, b, shift) => {
        expect(merged(a, b, shift)).toEqual(counted(a, b, shift));
      }),
    );
  });

  it("equals counting with infinities, NaN and signed zeros", () => {
    assert(
      property(oddSample, oddSample, odd, (a, b, shift) => {
        expect(merged(a, b, shift)).toEqual(counted(a, b, shift));
      }),
    );
  });

  it("leaves the samples alone", () => {
    const values = Float64Array.of(3, 1, 2);
    rankedPair(values, values);
    expect([...values]).toEqual([3, 1, 2]);
  });
});
