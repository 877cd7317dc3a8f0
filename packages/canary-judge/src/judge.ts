import { classify } from "./classify.ts";
import type { Classified, Sides } from "./classify.ts";
import { JudgementError } from "./errors.ts";
import { readSettings } from "./metric-settings.ts";
import type { MetricSettings } from "./metric-settings.ts";
import { classifyScore, readWeights, reasonForZero, scoreGroups, shownGroup, weightedSum } from "./score.ts";
import { summarise } from "./statistics/descriptive.ts";
import { holesAsZero, withoutHoles } from "./statistics/holes.ts";
import { seededGaussian } from "./statistics/noise.ts";
import type { GaussianSource } from "./statistics/noise.ts";
import { withoutOutliers } from "./statistics/outliers.ts";
import type {
  CanaryAnalysisResult,
  CanaryConfig,
  CanaryMetricConfig,
  JudgeInput,
  JudgeResult,
  MetricSetPair,
  Series,
} from "./types.ts";

/** The judge's name in configurations and results. */
export const NETFLIX_JUDGE = "NetflixACAJudge-v1.0";

export type JudgeOptions = {
  /** Noise for two sides that are constant and differ, the only random part. Default: seeded, the same every time. */
  readonly gaussian?: GaussianSource;
};

/**
 * Judges a canary as Kayenta's `NetflixACAJudge-v1.0` does, whatever judge the configuration names. Pure.
 *
 * @throws JudgementError where Kayenta's judge throws: nothing is judged then, because one metric that cannot be read
 *   makes the score meaningless
 */
export function judge(input: JudgeInput, options: JudgeOptions = {}): JudgeResult {
  const gaussian = options.gaussian ?? seededGaussian(1);
  const request = requireParts(input);
  const results = request.pairs.map((pair, index) => {
    const metric = findMetric(request.config, pair, index);
    const settings = readSettings(metric);
    const sides = treatedSides(pair, index, settings);
    return describeResult(pair, metric, settings, sides, classify(shownName(pair), sides, settings, gaussian));
  });

  const counted = results.filter((result) => !result.muted);
  requireGroups(counted);
  const groups = scoreGroups(counted);
  const zero = reasonForZero(counted);
  const score = zero === undefined ? weightedSum(groups, readWeights(request.classifier)) : 0;
  return {
    judgeName: NETFLIX_JUDGE,
    results,
    groupScores: groups.map(shownGroup),
    score: {
      score,
      classification: classifyScore(score, request.thresholds),
      classificationReason: zero ?? "",
    },
  };
}

/** The parts of an input without which no judge can work. */
export function requireParts(input: JudgeInput) {
  const config = present(input.canaryConfig, "/canaryConfig", "the canary configuration");
  return {
    config,
    classifier: present(config.classifier, "/canaryConfig/classifier", "the classifier with its groupWeights"),
    thresholds: present(input.scoreThresholds, "/scoreThresholds", "an object with pass and marginal"),
    pairs: present(input.metricSetPairList, "/metricSetPairList", "the list of metrics' data"),
  };
}

function present<T>(part: T | null | undefined, pointer: string, what: string): T {
  if (part !== null && part !== undefined) return part;
  throw new JudgementError("input.missing", `${pointer} is missing or null; give ${what}.`, pointer);
}

/** The first configured metric that has the data's name; two absent names are equal. */
export function findMetric(config: CanaryConfig, pair: MetricSetPair | null, index: number): CanaryMetricConfig {
  const data = present(pair, `/metricSetPairList/${index}`, "a metric's data");
  const metrics = present(config.metrics, "/canaryConfig/metrics", "the list of metrics");
  for (const [at, candidate] of metrics.entries()) {
    const metric = present(candidate, `/canaryConfig/metrics/${at}`, "a metric");
    if ((metric.name ?? null) === (data.name ?? null)) return metric;
  }
  const message = `Metric ${shownName(data)} has data but no configuration; add it to canaryConfig.metrics.`;
  throw new JudgementError("metric.notConfigured", message, `/metricSetPairList/${index}/name`);
}

/** Both series with holes and outliers treated as the settings say. */
export function treatedSides(pair: MetricSetPair | null, index: number, settings: MetricSettings): Sides {
  const side = (name: "control" | "experiment"): Float64Array => {
    const series = pair?.values?.[name];
    if (series === null || series === undefined) {
      const advice = `give values.${name}, empty if there is no data`;
      const message = `Metric ${shownName(pair)} has no ${name} series; ${advice}.`;
      throw new JudgementError("metric.noSeries", message, `/metricSetPairList/${index}/values/${name}`);
    }
    const values = asDoubles(series);
    const whole = settings.nanStrategy === "remove" ? withoutHoles(values) : holesAsZero(values);
    return settings.removeOutliers ? withoutOutliers(whole, settings.outlierFactor) : whole;
  };
  return { experiment: side("experiment"), control: side("control") };
}

function asDoubles(series: Series): Float64Array {
  return series instanceof Float64Array ? series : Float64Array.from(series, (value) => value ?? 0);
}

/** A metric's name as reasons show it. */
export function shownName(pair: MetricSetPair | null): string {
  return pair?.name ?? "null";
}

/** One metric's result; fields that are null in the input are left out. */
export function describeResult(
  pair: MetricSetPair | null,
  metric: CanaryMetricConfig,
  settings: MetricSettings,
  sides: Sides,
  classified: Classified,
): CanaryAnalysisResult {
  const tags = Object.entries(pair?.tags ?? {}).filter((entry): entry is [string, string] => entry[1] !== null);
  return {
    ...ifPresent("name", pair?.name),
    ...ifPresent("id", pair?.id),
    ...ifPresent("tags", pair?.tags && Object.fromEntries(tags)),
    classification: classified.classification,
    ...ifPresent("classificationReason", classified.reason),
    ...ifPresent("groups", metric.groups),
    experimentMetadata: { stats: summarise(sides.experiment) },
    controlMetadata: { stats: summarise(sides.control) },
    ...(classified.ratio === undefined ? {} : { resultMetadata: { ratio: classified.ratio } }),
    critical: classified.critical,
    muted: settings.muted,
  };
}

function ifPresent<K extends string, V>(key: K, value: V | null | undefined): { [P in K]?: V } {
  return value === null || value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
}

/** A metric that counts must say its groups, be it with an empty list. */
export function requireGroups(results: readonly CanaryAnalysisResult[]): void {
  const without = results.find((result) => result.groups === undefined);
  if (without === undefined) return;
  const message = `Metric ${without.name ?? "null"} has no groups; give a list, empty if it belongs to none.`;
  throw new JudgementError("input.missing", message);
}
