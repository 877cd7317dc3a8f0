import { array, assert, constantFrom, double, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { judge } from "./judge.ts";
import { enoughPoints, judgeScaleFree, weightedMean } from "./scale-free.ts";
import type { JudgeInput } from "./types.ts";

function input(control: readonly number[], experiment: readonly number[], canary: object = {}): JudgeInput {
  return {
    canaryConfig: {
      metrics: [{ name: "m", groups: ["g"], analysisConfigurations: { canary } }],
      classifier: { groupWeights: { g: 100 } },
    },
    scoreThresholds: { pass: 75, marginal: 50 },
    metricSetPairList: [{ name: "m", values: { control, experiment } }],
  };
}

const ours = (...given: Parameters<typeof input>) => judgeScaleFree(input(...given)).results[0]?.classification;
const kayentas = (...given: Parameters<typeof input>) => judge(input(...given)).results[0]?.classification;
const wave = (level: number, count = 60) => Array.from({ length: count }, (_, index) => level + Math.sin(index) * 2);
const times = (values: readonly number[], factor: number) => values.map((value) => value * factor);

/** The rows of the README's table of differences: what each judge makes of the same data. */
describe("differences from Kayenta's judge", () => {
  it("sees a rise by half in any unit", () => {
    const [control, experiment] = [wave(10), wave(15)];
    expect([kayentas(control, experiment), ours(control, experiment)]).toEqual(["High", "High"]);
    const small = [times(control, 1e-6), times(experiment, 1e-6)] as const;
    expect([kayentas(...small), ours(...small)]).toEqual(["Pass", "High"]);
  });

  it("has no verdict on too few points", () => {
    expect([kayentas([1, 2], [5, 6]), ours([1, 2], [5, 6])]).toEqual(["High", "Nodata"]);
    expect([kayentas([5], [10]), ours([5], [10])]).toEqual(["Error", "Nodata"]);
    const result = judgeScaleFree(input([1, 2], [5, 6]));
    expect(result.results[0]?.classificationReason).toBe("Not enough data for m: 2 canary and 2 baseline points");
    expect(result.score).toMatchObject({ score: 0, classification: "Fail" });
  });

  it("keeps the direction of negative metrics", () => {
    const [low, high] = [wave(-15), wave(-5)];
    expect([kayentas(low, high), ours(low, high)]).toEqual(["Pass", "High"]);
    expect([kayentas(high, low), ours(high, low)]).toEqual(["Pass", "Low"]);
  });

  it("needs no noise for two different constants", () => {
    const [five, six] = [Array.from({ length: 10 }, () => 5), Array.from({ length: 10 }, () => 6)];
    const result = judgeScaleFree(input(five, six)).results[0];
    expect(result).toMatchObject({ classification: "High", resultMetadata: { ratio: 1.2 } });
  });

  it("does not count groups without data, nor weigh a group below nothing", () => {
    const groups = [
      { name: "a", score: 0, noData: true },
      { name: "b", score: 50, noData: false },
      { name: "c", score: 0, noData: false },
    ];
    expect(
      weightedMean(
        groups,
        new Map([
          ["a", 50],
          ["b", 50],
          ["c", 0],
        ]),
      ),
    ).toBe(50);
    expect(
      weightedMean(
        groups,
        new Map([
          ["a", 50],
          ["b", 150],
        ]),
      ),
    ).toBe(50);
    expect(weightedMean(groups, new Map())).toBe(25);
    expect(weightedMean([], new Map())).toBe(0);
  });
});

describe("what both judges share", () => {
  it("is the treatment of identical, empty and clearly equal data", () => {
    expect(ours([1, 2, 3], [3, 2, 1])).toBe("Pass");
    expect(ours([], wave(3))).toBe("Nodata");
    expect(ours([], wave(3), { mustHaveData: true })).toBe("NodataFailMetric");
    expect(ours(wave(10), wave(10.01).toReversed())).toBe("Pass");
  });

  it("is the direction, the allowed effect and critical metrics", () => {
    expect(ours(wave(10), wave(20), { direction: "decrease" })).toBe("Pass");
    expect(ours(wave(10), wave(20), { effectSize: { allowedIncrease: 3 } })).toBe("Pass");
    expect(ours(wave(10), wave(20), { effectSize: { measure: "cles", allowedIncrease: 0.9 } })).toBe("High");
    const critical = judgeScaleFree(input(wave(10), wave(20), { critical: true }));
    expect(critical.score.classificationReason).toContain("(Critical)");
  });

  it("is the verdict on ordinary data", () => {
    const levels = constantFrom(8, 10, 13, 20, 40);
    assert(
      property(levels, levels, (control, experiment) => {
        const offset = wave(experiment).map((value, index) => value + (index % 5) * 0.01);
        expect(ours(wave(control), offset)).toBe(kayentas(wave(control), offset));
      }),
    );
  });
});

describe("scale", () => {
  it("does not change the classification", () => {
    const sample = array(double({ min: 1, max: 100, noNaN: true }), { minLength: 6, maxLength: 40 });
    assert(
      property(sample, sample, integer({ min: -60, max: 60 }), (control, experiment, power) => {
        const scaled = ours(times(control, 2 ** power), times(experiment, 2 ** power));
        expect(scaled).toBe(ours(control, experiment));
      }),
    );
  });
});

describe("enoughPoints", () => {
  it("asks for a hundred ways to split the points", () => {
    expect(enoughPoints(4, 4)).toBe(false);
    expect(enoughPoints(5, 5)).toBe(true);
    expect([enoughPoints(3, 6), enoughPoints(3, 7)]).toEqual([false, true]);
    expect(enoughPoints(2, 12)).toBe(false);
    expect(enoughPoints(2, 13)).toBe(true);
    expect(enoughPoints(1, 98)).toBe(false);
    expect(enoughPoints(1, 99)).toBe(true);
    expect(enoughPoints(1440, 1440)).toBe(true);
  });
});
