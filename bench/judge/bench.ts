import { judge } from "@gennaker/canary-judge/judge.ts";
import { judgeLine } from "@gennaker/canary-judge/json-line.ts";
import type { JudgeInput, MetricSetPair } from "@gennaker/canary-judge/types.ts";

export const name = "judge";
export const describe = "Canary judgement of 1,000 metrics with 1,440 points a side, one thread, and of one JSON line";

type Figures = Record<string, number>;

/**
 * Judges generated metrics (half of them shifted) and gives the best of several rounds in milliseconds.
 * `quick` uses a tenth of the metrics; the name of the figure then says so.
 */
export async function run(options: { json: boolean; quick?: boolean }): Promise<{ figures: Figures }> {
  const metrics = options.quick === true ? 100 : 1000;
  const points = 1440;
  const input = workload(metrics, points);
  const judging = best(options.quick === true ? 2 : 5, () => judge(input).results.length);

  const line = JSON.stringify({ id: "bench", ...withPlainSeries(workload(metrics / 10, points)) });
  const reading = best(2, () => judgeLine(line).length);
  return {
    figures: {
      [`judge_ms_${metrics}x${points}`]: judging,
      metrics_per_s: Math.round((metrics * 1000) / judging),
      [`json_line_ms_${metrics / 10}x${points}`]: reading,
    },
  };
}

function best(rounds: number, work: () => number): number {
  let shortest = Infinity;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    if (work() === 0) throw new Error("The judge gave no result, so there is nothing to measure.");
    shortest = Math.min(shortest, performance.now() - start);
  }
  return Math.round(shortest * 10) / 10;
}

/** Latency-like series: log-normal in milliseconds, every second metric 10 % slower on the canary. */
function workload(metrics: number, points: number): JudgeInput {
  const uniform = generator(7);
  const sample = (factor: number): number => {
    const normal = Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    return factor * Math.exp(3 + 0.4 * normal);
  };
  const names = Array.from({ length: metrics }, (_, index) => `metric-${index}`);
  const pairs = names.map((metric, index): MetricSetPair => ({
    name: metric,
    id: metric,
    tags: {},
    values: {
      control: Float64Array.from({ length: points }, () => sample(1)),
      experiment: Float64Array.from({ length: points }, () => sample(index % 2 === 0 ? 1 : 1.1)),
    },
  }));
  const canary = { direction: "increase", outliers: { strategy: "keep" } };
  return {
    canaryConfig: {
      metrics: names.map((metric) => ({ name: metric, groups: ["latency"], analysisConfigurations: { canary } })),
      classifier: { groupWeights: { latency: 100 } },
    },
    scoreThresholds: { pass: 75, marginal: 50 },
    metricSetPairList: pairs,
  };
}

function withPlainSeries(input: JudgeInput): object {
  const pairs = (input.metricSetPairList ?? []).map((pair) => ({
    ...pair,
    values: Object.fromEntries(Object.entries(pair?.values ?? {}).map(([side, series]) => [side, [...(series ?? [])]])),
  }));
  return { ...input, metricSetPairList: pairs };
}

/** Uniform numbers in [0, 1), the same ones for the same seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
