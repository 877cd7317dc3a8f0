import { describe, expect, it } from "vitest";
import { roundHalfUp } from "./round-half-up.ts";
import { groupByOrder, immutableMapOrder, javaHash } from "./scala-order.ts";
import { classifyScore, readWeights, reasonForZero, scoreGroups, weightedSum } from "./score.ts";
import type { CanaryAnalysisResult, MetricClassification } from "./types.ts";

const stats = { stats: { min: 0, max: 0, mean: 0, std: 0, count: 0 } };

function metric(
  classification: MetricClassification,
  groups: readonly string[],
  critical = false,
): CanaryAnalysisResult {
  const sides = { experimentMetadata: stats, controlMetadata: stats };
  return { classification, classificationReason: "why", groups, ...sides, critical, muted: false };
}

const sum = (results: readonly CanaryAnalysisResult[], groupWeights: Record<string, number | null> = {}) =>
  weightedSum(scoreGroups(results), readWeights({ groupWeights }));

describe("group and summary scores", () => {
  it("give the share of Pass, with required but missing data as failures", () => {
    const results = (["Pass", "High", "NodataFailMetric", "Nodata", "Error"] as const).map((word) =>
      metric(word, ["g"]),
    );
    expect(scoreGroups(results)).toEqual([{ name: "g", score: (1 / 3) * 100, noData: false }]);
  });

  it("show 0 for a group without data but count it as 100", () => {
    const results = [metric("Nodata", ["a"]), metric("High", ["b"])];
    expect(scoreGroups(results).map((group) => group.score)).toEqual([0, 0]);
    expect(sum(results)).toBe(50);
  });

  it("weigh groups, and share the rest among those without a weight", () => {
    const results = [metric("Pass", ["a"]), metric("High", ["b"]), metric("Pass", ["c"])];
    expect(sum(results, { a: 15, b: 85, c: 0 })).toBe(15);
    expect(sum(results, { a: 60 })).toBe(80);
    expect(sum(results, { a: 120 })).toBe(110);
    expect(sum(results, { a: null, b: null })).toBe(100);
  });

  it("count a metric in each of its groups, twice in a group named twice", () => {
    const results = [metric("Pass", ["a", "b", "a"]), metric("High", ["a"])];
    expect(scoreGroups(results).find((group) => group.name === "a")?.score).toBeCloseTo(66.6667, 3);
  });

  it("fall to 0 on a critical failure, and on half of the metrics without data", () => {
    expect(reasonForZero([metric("Pass", ["a"]), metric("High", ["a"], true)])).toBe("Canary Failed: why");
    expect(reasonForZero([metric("Nodata", []), metric("Pass", [])])).toContain("50% or more");
    expect(reasonForZero([metric("Nodata", []), metric("Pass", []), metric("Pass", [])])).toBeUndefined();
    expect(reasonForZero([])).toBeUndefined();
  });

  it("reach a threshold that they equal, and any that is null", () => {
    expect(classifyScore(75, { pass: 75, marginal: 50 })).toBe("Pass");
    expect(classifyScore(50, { pass: 75, marginal: 50 })).toBe("Marginal");
    expect(classifyScore(49.99, { pass: 75, marginal: 50 })).toBe("Fail");
    expect(classifyScore(0, { pass: null })).toBe("Pass");
    expect(classifyScore(Number.NaN, {})).toBe("Fail");
  });
});

describe("roundHalfUp", () => {
  it("rounds the decimal text, away from zero", () => {
    expect([1.005, 2.675, -1.005, 0.004, 0.005, 33.333, 99.995].map(roundHalfUp)).toEqual([
      1.01, 2.68, -1.01, 0, 0.01, 33.33, 100,
    ]);
  });

  it("keeps what has no more than two decimals, the sign of zero, NaN and infinities", () => {
    expect([5, 1e22, 0.25, -0, NaN, Infinity].map(roundHalfUp)).toEqual([5, 1e22, 0.25, -0, NaN, Infinity]);
    expect(roundHalfUp(-0.001)).toBe(-0);
  });
});

describe("Scala's order", () => {
  it("hashes text as Java does", () => {
    expect([javaHash("Aa"), javaHash("BB"), javaHash(""), javaHash(null)]).toEqual([2112, 2112, 0, 0]);
    expect(javaHash("polygenelubricants")).toBe(-(2 ** 31));
  });

  it("keeps up to four keys of an immutable map as they came", () => {
    expect(immutableMapOrder(["d", "a", "c", "b"])).toEqual(["d", "a", "c", "b"]);
    expect(immutableMapOrder(["count", "max", "min", "std", "mean"])).toEqual(["count", "mean", "min", "std", "max"]);
  });

  it("loses and doubles no key, however many", () => {
    const keys = Array.from({ length: 100 }, (_, index) => `group-${index}`);
    expect(groupByOrder(keys).toSorted()).toEqual(keys.toSorted());
    expect(groupByOrder(keys)).not.toEqual(keys);
  });
});
