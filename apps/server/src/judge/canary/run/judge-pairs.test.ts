import { expect, test } from "vitest";
import { judgePairs } from "./judge-pairs.ts";

function input(metrics: number) {
  const names = Array.from({ length: metrics }, (_, at) => `m${at}`);
  const values = (middle: number) => Array.from({ length: 60 }, (_, at) => (at === 3 ? NaN : middle + Math.sin(at)));
  return {
    canaryConfig: {
      classifier: { groupWeights: {} },
      metrics: names.map((name) => ({ name, groups: ["g"], analysisConfigurations: {} })),
    },
    scoreThresholds: { pass: 75, marginal: 50 },
    metricSetPairList: names.map((name, at) => ({
      name,
      id: name,
      tags: {},
      values: { control: values(100), experiment: values(at === 0 ? 200 : 100) },
    })),
  };
}

test("many metrics are judged in a thread, with the result of a few", async () => {
  const many = await judgePairs(input(201), AbortSignal.timeout(20_000));
  const few = await judgePairs(input(2), AbortSignal.timeout(20_000));
  expect(many.results).toHaveLength(201);
  expect(many.results.slice(0, 2)).toEqual(few.results);
  expect(many.results[0]?.classification).toBe("High");
});

test("the judge's error comes back from the thread, and an abort ends it", async () => {
  const broken = input(201);
  broken.canaryConfig.metrics[5] = {
    name: "m5",
    groups: ["g"],
    analysisConfigurations: { canary: { direction: null } },
  } as never;
  await expect(judgePairs(broken, AbortSignal.timeout(20_000))).rejects.toMatchObject({
    code: "metric.invalidSetting",
  });
  await expect(judgePairs(input(201), AbortSignal.abort(new Error("canceled")))).rejects.toThrow("canceled");
});
