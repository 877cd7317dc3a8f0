import { describe, expect, test } from "vitest";
import { judgeOf, metricsOf, weightsOf } from "./config-words.ts";
import { scoreChart, yOf } from "./score-steps.ts";
import { alignSeries } from "./series-data.ts";

const run = (index: number, score: number | null) => ({
  id: String(index),
  index,
  planned: 3,
  score,
  thresholds: { pass: 90, marginal: 60 },
});

describe("score chart", () => {
  test("each run is a step as wide as its part of the plan", () => {
    const { path, points } = scoreChart([run(1, 100), run(2, 50)]);
    expect(path).toMatch(/^M30 8H124V55H218$/);
    expect(points.map((point) => point.score)).toEqual([100, 50]);
  });

  test("a run without a score interrupts the line instead of being drawn as anything", () => {
    const { path, points } = scoreChart([run(1, 90), run(2, null), run(3, 80)]);
    expect(path.match(/M/g)).toHaveLength(2);
    expect(points.map((point) => point.id)).toEqual(["1", "3"]);
  });

  test("higher scores stand higher, and none leaves the chart", () => {
    expect(yOf(100)).toBeLessThan(yOf(0));
    expect(yOf(500)).toBe(yOf(100));
    const { passY, marginalY } = scoreChart([run(1, 70)]);
    expect(passY).toBeLessThan(marginalY);
  });
});

describe("series of both sides", () => {
  const start = "2026-05-04T00:00:00.000Z";
  const second = Date.parse(start) / 1000;

  test("share one time axis, with gaps where a side has no point", () => {
    const later = new Date(Date.parse(start) + 1_000).toISOString();
    const [times, baseline, canary] = alignSeries(
      { start, stepMs: 1_000, values: [1, 2] },
      { start: later, stepMs: 1_000, values: [5, null, 7] },
    );
    expect(times).toEqual([second, second + 1, second + 2, second + 3]);
    expect(baseline).toEqual([1, 2, null, null]);
    expect(canary).toEqual([null, 5, null, 7]);
  });

  test("may be empty", () => {
    expect(alignSeries({ start, stepMs: 1_000, values: [] }, { start, stepMs: 1_000, values: [] })).toEqual([
      [],
      [],
      [],
    ]);
  });
});

describe("canary config", () => {
  test("is told by its metrics, weights and judge", () => {
    const document = {
      judge: { name: "J" },
      classifier: { groupWeights: { a: 60, b: "x" } },
      metrics: [
        {
          name: "m",
          groups: ["a", 3],
          query: { function: "rate", metric: "requests" },
          analysisConfigurations: { canary: { direction: "increase", critical: true } },
        },
      ],
    };
    expect(metricsOf(document)).toEqual([
      { name: "m", groups: ["a"], direction: "increase", query: "rate requests", critical: true },
    ]);
    expect(weightsOf(document)).toEqual([["a", 60]]);
    expect(judgeOf(document)).toBe("J");
  });

  test("that is odd breaks nothing", () => {
    expect(metricsOf({ metrics: [null, "x", {}] }).map((metric) => metric.direction)).toEqual([
      "either",
      "either",
      "either",
    ]);
    expect(metricsOf({})).toEqual([]);
    expect(weightsOf({ classifier: 3 })).toEqual([]);
  });
});
