import type { CanaryAnalysisResult, JudgeResult, MetricClassification } from "@gennaker/canary-judge/types.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decide, verdictOf } from "./verdict.ts";

function result(
  score: number,
  classifications: readonly MetricClassification[],
  more: Partial<CanaryAnalysisResult> = {},
): JudgeResult {
  const stats = (count: number) => ({ stats: { min: 0, max: 0, mean: 0, std: 0, count } });
  return {
    judgeName: "j",
    groupScores: [],
    score: { score, classification: "Pass", classificationReason: "" },
    results: classifications.map((classification, at) => ({
      name: `m${at}`,
      classification,
      critical: false,
      muted: false,
      groups: [],
      controlMetadata: stats(classification === "Nodata" ? 0 : 60),
      experimentMetadata: stats(classification === "Nodata" ? 0 : 60),
      ...more,
    })),
  };
}

const thresholds = { pass: 75, marginal: 50 };

describe("verdictOf", () => {
  test.each([
    [100, "pass"],
    [75, "pass"],
    [74.99, "marginal"],
    [50.01, "marginal"],
    [50, "fail"],
    [0, "fail"],
  ] as const)("a score of %d is %s", (score, verdict) => {
    expect(verdictOf(result(score, ["Pass", "High"]), thresholds, "gennaker")).toBe(verdict);
  });

  test.each([
    [["Pass", "Nodata"], "pass"],
    [["Pass", "Nodata", "Nodata"], "inconclusive"],
    [["Nodata"], "inconclusive"],
    [[], "inconclusive"],
    [["Error", "Error", "Pass"], "inconclusive"],
    [["NodataFailMetric", "Pass"], "pass"],
  ] as [MetricClassification[], string][])("with %j it is %s although the score is 100", (classifications, verdict) => {
    expect(verdictOf(result(100, classifications), thresholds, "gennaker")).toBe(verdict);
  });

  test("Kayenta's mode goes by the score alone", () => {
    expect(verdictOf(result(100, ["Nodata"]), thresholds, "kayenta")).toBe("pass");
  });

  test("muted metrics neither help nor harm", () => {
    expect(verdictOf(result(100, ["Pass"], { muted: true }), thresholds, "gennaker")).toBe("inconclusive");
  });

  test("metrics that pass without one sample are unknown", () => {
    const empty = { stats: { min: 0, max: 0, mean: 0, std: 0, count: 0 } };
    expect(
      verdictOf(
        result(100, ["Pass", "Pass"], { controlMetadata: empty, experimentMetadata: empty }),
        thresholds,
        "gennaker",
      ),
    ).toBe("inconclusive");
  });
});

describe("decide", () => {
  const runs = (...scores: number[]) =>
    scores.map((score, at) => ({
      index: at + 1,
      score,
      verdict: verdictOf(result(score, ["Pass"]), thresholds, "gennaker"),
    }));

  test.each<[string, number[], number, { pass: number | null; marginal: number | null }, string]>([
    ["no run yet", [], 3, thresholds, "go on"],
    ["good so far", [80], 3, thresholds, "go on"],
    ["marginal so far", [60, 51], 3, thresholds, "go on"],
    [
      "equal to marginal fails at once",
      [80, 50],
      3,
      thresholds,
      "Canary score 50 of run 2 is not above the marginal score threshold.",
    ],
    ["last at pass", [60, 75], 2, thresholds, "Final canary score 75 met or exceeded the pass score threshold."],
    ["last below pass", [90, 74], 2, thresholds, "Final canary score 74 is below the pass score threshold."],
    ["last at marginal", [90, 40], 2, thresholds, "Final canary score 40 is not above the marginal score threshold."],
    ["pass not checked", [60], 1, { pass: null, marginal: 50 }, "No pass score threshold was specified."],
    [
      "marginal not checked",
      [0, 80],
      2,
      { pass: 75, marginal: null },
      "Final canary score 80 met or exceeded the pass score threshold.",
    ],
    ["nothing checked", [0], 1, { pass: null, marginal: null }, "No score thresholds were specified."],
    [
      "zero is not above zero",
      [0],
      1,
      { pass: 0, marginal: 0 },
      "Final canary score 0 is not above the marginal score threshold.",
    ],
  ])("%s", (_, scores, planned, limits, expected) => {
    const decision = decide(runs(...scores), planned, limits);
    expect("message" in decision ? decision.message : decision.state).toBe(expected);
  });

  test("an inconclusive run fails the stage for lack of data", () => {
    expect(decide([{ index: 1, score: 100, verdict: "inconclusive" }], 5, thresholds)).toMatchObject({
      state: "failed",
      code: "canary.noData",
    });
  });

  test("it passes exactly when every score is above marginal and the last reaches pass", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 6 }), (scores) => {
        let state = "go on";
        for (let count = 1; count <= scores.length && state === "go on"; count += 1)
          state = decide(runs(...scores.slice(0, count)), scores.length, thresholds).state;
        expect(state).toBe(scores.every((score) => score > 50) && (scores.at(-1) ?? 0) >= 75 ? "passed" : "failed");
      }),
    );
  });
});
