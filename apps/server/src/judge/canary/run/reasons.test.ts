import { judgeByName } from "@gennaker/canary-judge/json-line.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { describe, expect, test } from "vitest";
import { shortNumber, unitOf, withUnit } from "./figures.ts";
import { metricReason, runReason, warningsOf, worstOf } from "./reasons.ts";

const metrics: JsonObject[] = [
  metric(
    "latency",
    { type: "gennaker", metric: "request_duration_seconds", function: "quantile", q: 0.9 },
    { direction: "increase", effectSize: { allowedIncrease: 1.1 } },
  ),
  metric(
    "errors",
    { type: "gennaker", metric: "requests_total", function: "ratio" },
    { direction: "increase", critical: true, effectSize: { criticalIncrease: 2 } },
  ),
  metric("memory", { type: "gennaker", metric: "heap_bytes", function: "mean" }, {}),
  metric("absent", { type: "gennaker", metric: "nothing", function: "mean" }, { mustHaveData: true }),
];
const config: JsonObject = { name: "c", metrics, classifier: { groupWeights: {} } };

function metric(name: string, query: JsonObject, canary: JsonObject): JsonObject {
  return { name, query, groups: ["g"], analysisConfigurations: { canary } };
}

/** Points around a middle, none equal to another. */
const around = (middle: number, spread: number, count = 60) =>
  Array.from({ length: count }, (_, at) => middle + spread * Math.sin(at * 1.7));

const judged = judgeByName({
  canaryConfig: config as never,
  scoreThresholds: { pass: 75, marginal: 50 },
  metricSetPairList: [
    { name: "latency", values: { control: around(0.112, 0.01), experiment: around(0.18, 0.01) } },
    { name: "errors", values: { control: around(0.01, 0.001), experiment: around(0.05, 0.001) } },
    { name: "memory", values: { control: around(2 ** 26, 1000, 20), experiment: around(2 ** 26, 1000, 20) } },
    { name: "absent", values: { control: [], experiment: [1] } },
  ],
});

describe("metricReason", () => {
  test.each([
    ["latency", /^High: canary mean 180 ms is 1\.6\d?× the baseline's 112 ms; allowed 1\.1×$/],
    ["errors", /^High: canary mean 5 % is 5\.?\d*× the baseline's 1 %; the metric is critical$/],
    ["memory", /^Pass: canary mean 64 MiB, baseline 64 MiB$/],
    ["absent", /^No data, which this metric must have: the baseline has no sample, the canary has 1$/],
  ])("%s", (name, words) => {
    const at = metrics.findIndex((one) => one["name"] === name);
    expect(metricReason(judged.results[at] as never, metrics[at] as JsonObject)).toMatch(words);
  });

  test("an effect in comparisons is said in comparisons", () => {
    const cles = metric("latency", {}, { effectSize: { measure: "cles", allowedIncrease: 0.6 } });
    const result = { ...judged.results[0], resultMetadata: { ratio: 0.93 } };
    expect(metricReason(result as never, cles)).toBe(
      "High: the canary is above the baseline in 93 % of comparisons (mean 0.18 against 0.112); allowed 0.6",
    );
  });

  test("an error and a ratio that does not exist are said as such", () => {
    expect(
      metricReason(
        { ...judged.results[0], classification: "Error", classificationReason: "all ranks tie" } as never,
        {},
      ),
    ).toBe("Could not be judged: all ranks tie");
    expect(metricReason({ ...judged.results[0], resultMetadata: { ratio: NaN } } as never, {})).toContain(
      "against the baseline's",
    );
  });
});

describe("runReason", () => {
  test("names the gravest metrics first, with figures", () => {
    expect(worstOf(judged).map((one) => one.name)).toEqual(["errors", "latency", "absent"]);
    const words = runReason(judged, config, "fail", { pass: 75, marginal: 50 });
    expect(words).toMatch(
      /^The canary failed with score 0 \(must be above 50\): errors high: canary mean 5 % .*; latency high: .*; absent no data.*\.$/,
    );
  });

  test("says why it cannot be judged", () => {
    const none = judgeByName({
      canaryConfig: config as never,
      scoreThresholds: {},
      metricSetPairList: [{ name: "memory", values: { control: [NaN], experiment: [NaN] } }],
    });
    expect(runReason(none, config, "inconclusive", { pass: 75, marginal: 50 })).toBe(
      "The canary cannot be judged: 0 of 1 metrics could be compared, at least half must be: memory no data: neither side has a sample.",
    );
  });

  test("pass and marginal name the thresholds", () => {
    expect(runReason(judged, { metrics: [] }, "pass", { pass: 75, marginal: 50 })).toContain("(pass from 75)");
    expect(runReason(judged, { metrics: [] }, "marginal", { pass: 75, marginal: null })).toContain(
      "(pass from 75, fail up to nothing)",
    );
  });
});

test("few points are warned of", () => {
  expect(warningsOf(judged)).toEqual([
    "Metric memory is judged on 20 points of the baseline and 20 of the canary; at least 50 of each are recommended.",
    "Metric absent is judged on 0 points of the baseline and 1 of the canary; at least 50 of each are recommended.",
  ]);
});

test("figures keep three digits and their unit", () => {
  expect([shortNumber(0), shortNumber(1234.5), shortNumber(0.012345), shortNumber(1.5e-9), shortNumber(NaN)]).toEqual([
    "0",
    "1235",
    "0.0123",
    "1.50e-9",
    "NaN",
  ]);
  expect(withUnit(0.0421, unitOf({ metric: "x_ms", function: "mean" }))).toBe("0.0421 ms");
  expect(withUnit(7, unitOf({ metric: "x_total", function: "rate" }))).toBe("7/s");
  expect(withUnit(7, unitOf(undefined))).toBe("7");
});
