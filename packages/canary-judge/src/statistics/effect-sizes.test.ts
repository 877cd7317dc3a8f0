import { array, assert, float64Array, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { commonLanguageEffectSize } from "./cles.ts";
import { meanRatio, signedMeanRatio } from "./mean-ratio.ts";
import { seededGaussian, withNoise } from "./noise.ts";
import { rankedPair } from "./rank-shift.ts";

const of = (...values: number[]) => Float64Array.from(values);
const cles = (control: readonly number[], experiment: readonly number[]) =>
  commonLanguageEffectSize(rankedPair(Float64Array.from(experiment), Float64Array.from(control)));

describe("commonLanguageEffectSize", () => {
  it("is 1, 0 and a half for higher, lower and equal samples", () => {
    expect(cles([1, 2], [3, 4])).toBe(1);
    expect(cles([3, 4], [1, 2])).toBe(0);
    expect(cles([1, 2, 3], [1, 2, 3])).toBe(0.5);
  });

  it("equals the share of higher pairs, ties counting half", () => {
    const sample = array(integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 15 });
    assert(
      property(sample, sample, (control, experiment) => {
        const pairs = experiment.flatMap((e) => control.map((c): number => (e > c ? 1 : e === c ? 0.5 : 0)));
        expect(cles(control, experiment)).toBeCloseTo(pairs.reduce((sum, part) => sum + part, 0) / pairs.length, 12);
      }),
    );
  });
});

describe("meanRatio", () => {
  it("divides the means, and is NaN where one is zero", () => {
    expect(meanRatio(of(1, 3), of(3, 5))).toBe(2);
    expect(meanRatio(of(0, 0), of(1))).toBeNaN();
    expect(meanRatio(of(1), of(-1, 1))).toBeNaN();
  });

  it("turns round for negative means, where the signed ratio does not", () => {
    expect(meanRatio(of(-5), of(5))).toBe(-1);
    expect(signedMeanRatio(of(-5), of(5))).toBe(3);
    expect(meanRatio(of(-5), of(-10))).toBe(2);
    expect(signedMeanRatio(of(-5), of(-10))).toBe(0);
    expect(signedMeanRatio(of(0), of(5))).toBeNaN();
  });

  it("is the same as the signed ratio for positive data", () => {
    const positive = float64Array({ minLength: 1, maxLength: 20, min: 0.5, max: 1e3, noNaN: true });
    assert(
      property(positive, positive, (a, b) => {
        expect(signedMeanRatio(a, b) / meanRatio(a, b)).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe("noise", () => {
  it("repeats for a seed and differs between seeds", () => {
    const draws = (seed: number) => Array.from({ length: 5 }, seededGaussian(seed));
    expect(draws(1)).toEqual(draws(1));
    expect(draws(1)).not.toEqual(draws(2));
  });

  it("is standard normal to a few per cent", () => {
    const draws = Float64Array.from({ length: 20_000 }, seededGaussian(3));
    const centre = draws.reduce((sum, value) => sum + value, 0) / draws.length;
    const spread = draws.reduce((sum, value) => sum + value * value, 0) / draws.length;
    expect(Math.abs(centre)).toBeLessThan(0.03);
    expect(Math.abs(spread - 1)).toBeLessThan(0.05);
  });

  it("is added with the given deviation, and makes -0 a 0", () => {
    expect([...withNoise(of(1, 2), 0.5, () => 2)]).toEqual([2, 3]);
    expect([...withNoise(of(-0), -0, () => 1)]).toEqual([0]);
  });
});
