import { array, assert, double, float64Array, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { maximum, mean, minimum, summarise, variance } from "./descriptive.ts";

const of = (...values: number[]) => Float64Array.from(values);
const samples = float64Array({ minLength: 1, maxLength: 40, min: -1e6, max: 1e6, noNaN: true });

describe("descriptive statistics", () => {
  it("sums up one to five", () => {
    expect(summarise(of(1, 2, 3, 4, 5))).toEqual({ min: 1, max: 5, mean: 3, std: 1.5811388300841898, count: 5 });
  });

  it("shows zeros for an empty side and no spread for one value", () => {
    expect(summarise(of())).toEqual({ min: 0, max: 0, mean: 0, std: 0, count: 0 });
    expect(summarise(of(7))).toEqual({ min: 7, max: 7, mean: 7, std: 0, count: 1 });
  });

  it("gives NaN for the bare statistics of nothing", () => {
    expect([mean(of()), variance(of()), minimum(of()), maximum(of())]).toEqual([NaN, NaN, NaN, NaN]);
  });

  it("keeps the last of zeros with different signs", () => {
    expect(minimum(of(0, -0))).toBe(-0);
    expect(maximum(of(-0, 0))).toBe(0);
    expect(maximum(of(0, -0))).toBe(-0);
  });

  it("corrects the mean's rounding in a second pass", () => {
    const values = Float64Array.from({ length: 1000 }, () => 0.1);
    expect(values.reduce((sum, value) => sum + value, 0) / 1000).not.toBe(0.1);
    expect(mean(values)).toBe(0.1);
  });

  it("carries infinities into NaN spread", () => {
    const { min, max, mean: centre, std } = summarise(of(1, Infinity));
    expect([min, max, centre, std]).toEqual([1, Infinity, NaN, NaN]);
  });

  it("bounds the mean by the extremes and the variance by zero", () => {
    assert(
      property(samples, (values) => {
        const { min, max, mean: centre, std } = summarise(values);
        const slack = 1e-9 * Math.max(1, Math.abs(min), Math.abs(max));
        expect(centre).toBeGreaterThanOrEqual(min - slack);
        expect(centre).toBeLessThanOrEqual(max + slack);
        expect(std).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it("moves with a shift and stretches with a factor", () => {
    const values = array(double({ min: -100, max: 100, noNaN: true }), { minLength: 2, maxLength: 30 });
    assert(
      property(values, (list) => {
        const plain = summarise(Float64Array.from(list));
        const doubled = summarise(Float64Array.from(list, (value) => value * 2));
        const shifted = summarise(Float64Array.from(list, (value) => value + 50));
        expect(doubled.std).toBeCloseTo(plain.std * 2, 9);
        expect(shifted.mean).toBeCloseTo(plain.mean + 50, 9);
        expect(shifted.std).toBeCloseTo(plain.std, 6);
      }),
    );
  });
});
