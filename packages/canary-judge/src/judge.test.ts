import { array, assert, double, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { JudgementError } from "./errors.ts";
import { judge } from "./judge.ts";
import type { JudgeInput, JudgeResult, Series } from "./types.ts";

type Sides = { readonly control: Series; readonly experiment: Series };

function input(sides: Sides, canary: object = {}, groups: readonly string[] = ["g"]): JudgeInput {
  return {
    canaryConfig: {
      metrics: [{ name: "latency", groups, analysisConfigurations: { canary } }],
      classifier: { groupWeights: {} },
    },
    scoreThresholds: { pass: 75, marginal: 50 },
    metricSetPairList: [{ name: "latency", id: "1", values: sides }],
  };
}

const only = (result: JudgeResult) => result.results[0];
const ramp = (from: number, count = 30) => Array.from({ length: count }, (_, index) => from + (index % 7));

describe("judge", () => {
  it("classifies a clear rise as High and fails the run", () => {
    const result = judge(input({ control: ramp(10), experiment: ramp(30) }));
    expect(only(result)).toMatchObject({
      classification: "High",
      classificationReason: "latency was classified as High",
      critical: false,
    });
    expect(result.score).toEqual({ score: 0, classification: "Fail", classificationReason: "" });
  });

  it("looks only in the direction asked for", () => {
    const rise = { control: ramp(10), experiment: ramp(30) };
    const fall = { control: ramp(30), experiment: ramp(10) };
    expect(only(judge(input(rise, { direction: "decrease" })))?.classification).toBe("Pass");
    expect(only(judge(input(fall, { direction: "decrease" })))?.classification).toBe("Low");
    expect(only(judge(input(fall, { direction: "increase" })))?.classification).toBe("Pass");
  });

  it("lets an effect pass that is smaller than allowed", () => {
    const sides = { control: ramp(10), experiment: ramp(30) };
    expect(only(judge(input(sides, { effectSize: { allowedIncrease: 5 } })))?.classification).toBe("Pass");
  });

  it("fails the run on a critical metric and says which", () => {
    const result = judge(input({ control: ramp(10), experiment: ramp(30) }, { critical: true }));
    expect(only(result)?.critical).toBe(true);
    expect(result.score.classificationReason).toBe(
      "Canary Failed: The metric latency was classified as High (Critical)",
    );
  });

  it("leaves a muted metric out of the score", () => {
    const result = judge(input({ control: ramp(10), experiment: ramp(30) }, { muted: true }));
    expect(only(result)).toMatchObject({ classification: "High", muted: true });
    expect(result.groupScores).toEqual([]);
  });

  it("reports missing data, as failed where data are required", () => {
    const none = { control: ramp(10), experiment: [] };
    const reason = { classificationReason: "Missing data for latency" };
    expect(only(judge(input(none)))).toMatchObject({ classification: "Nodata", ...reason });
    expect(only(judge(input(none, { mustHaveData: true })))).toMatchObject({
      classification: "NodataFailMetric",
      ...reason,
    });
    expect(only(judge(input(none, { nanStrategy: "replace" })))?.classification).toBe("Pass");
    expect(judge(input(none, { critical: true })).score.classificationReason).toBe(
      "Canary Failed: Missing data for latency",
    );
  });

  it("treats null in a series as 0 and NaN as a hole", () => {
    const result = judge(input({ control: [null, 4], experiment: [Number.NaN, 4] }));
    expect(only(result)?.controlMetadata.stats).toMatchObject({ count: 2, min: 0, mean: 2 });
    expect(only(result)?.experimentMetadata.stats).toMatchObject({ count: 1, min: 4 });
  });

  it("gives Error, which counts nowhere, for one different point a side", () => {
    const result = judge(input({ control: [5], experiment: [10] }));
    expect(only(result)).toMatchObject({ classification: "Error", critical: false });
    expect(only(result)).not.toHaveProperty("resultMetadata");
    expect(result.score.score).toBe(100);
  });

  it("uses the noise given for two different constants", () => {
    const sides = { control: [10, 10, 10], experiment: [20, 20, 20] };
    const draws = [1, -1, 0, 1, -1, 0].values();
    const result = judge(input(sides), { gaussian: () => draws.next().value ?? 0 });
    expect(only(result)?.classification).toBe("High");
    expect(only(judge(input(sides)))).toEqual(only(judge(input(sides))));
  });

  it("keeps tags and ids, leaves absent ones out, and does not change its input", () => {
    const given = input({ control: Float64Array.of(3, 1, 2), experiment: Float64Array.of(1, 2, 3) });
    const before = structuredClone(given);
    const result = judge(given);
    expect(only(result)).toMatchObject({ id: "1", name: "latency", groups: ["g"] });
    expect(only(result)).not.toHaveProperty("tags");
    expect(given).toEqual(before);
  });

  it("names what is missing", () => {
    const good = input({ control: [1, 2], experiment: [1, 3] });
    const code = (bad: JudgeInput) => {
      try {
        judge(bad);
      } catch (error) {
        if (error instanceof JudgementError) return [error.code, error.pointer];
        throw error;
      }
      return "no error";
    };
    expect(code({ ...good, canaryConfig: null })).toEqual(["input.missing", "/canaryConfig"]);
    expect(code({ ...good, scoreThresholds: null })).toEqual(["input.missing", "/scoreThresholds"]);
    expect(code({ ...good, metricSetPairList: null })).toEqual(["input.missing", "/metricSetPairList"]);
    expect(code({ ...good, metricSetPairList: [{ name: "other" }] })).toEqual([
      "metric.notConfigured",
      "/metricSetPairList/0/name",
    ]);
    expect(code({ ...good, metricSetPairList: [{ name: "latency", values: { control: [] } }] })).toEqual([
      "metric.noSeries",
      "/metricSetPairList/0/values/experiment",
    ]);
    expect(code({ ...good, canaryConfig: { metrics: [{ name: "latency" }], classifier: {} } })).toEqual([
      "input.missing",
      undefined,
    ]);
  });

  it("passes any sample against itself and never depends on the order of points", () => {
    const values = array(double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 20 });
    assert(
      property(values, values, (control, experiment) => {
        expect(only(judge(input({ control, experiment: control })))?.classification).toBe("Pass");
        const there = only(judge(input({ control, experiment })));
        const back = only(judge(input({ control: control.toReversed(), experiment: experiment.toReversed() })));
        const constant = new Set(control).size === 1 && new Set(experiment).size === 1;
        if (!constant) expect(back?.classification).toBe(there?.classification);
      }),
    );
  });
});
