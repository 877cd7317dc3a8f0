import { expect, test } from "vitest";
import { judgeAnswer, judgePairs, type JudgeElsewhere } from "./judge-pairs.ts";

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

test("large inputs are judged elsewhere, with the result of judging here; small ones are not sent there", async () => {
  const sent: number[] = [];
  const elsewhere: JudgeElsewhere = async (given) => {
    sent.push(given.metricSetPairList?.length ?? 0);
    return structuredClone(judgeAnswer(given));
  };
  const signal = AbortSignal.timeout(20_000);
  const many = await judgePairs(input(201), signal, elsewhere);
  const few = await judgePairs(input(2), signal, elsewhere);
  expect(sent).toEqual([201]);
  expect(many.results).toHaveLength(201);
  expect(many.results.slice(0, 2)).toEqual(few.results);
  expect(many.results[0]?.classification).toBe("High");
  expect(await judgePairs(input(201), signal)).toEqual(many);
});

test("the judge's error comes back from there with its code", async () => {
  const broken = input(201);
  broken.canaryConfig.metrics[5] = {
    name: "m5",
    groups: ["g"],
    analysisConfigurations: { canary: { direction: null } },
  } as never;
  const elsewhere: JudgeElsewhere = async (given) => structuredClone(judgeAnswer(given));
  await expect(judgePairs(broken, AbortSignal.timeout(20_000), elsewhere)).rejects.toMatchObject({
    code: "metric.invalidSetting",
  });
});
