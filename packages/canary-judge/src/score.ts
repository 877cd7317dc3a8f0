import { roundHalfUp } from "./round-half-up.ts";
import { groupByOrder, immutableMapOrder } from "./scala-order.ts";
import type {
  CanaryAnalysisResult,
  CanaryClassifierConfig,
  CanaryJudgeGroupScore,
  MetricClassification,
  ScoreClassification,
  ScoreThresholds,
} from "./types.ts";

export type GroupScore = {
  readonly name: string | null;
  /** 0 to 100; 0 without data. */
  readonly score: number;
  /** No metric of the group was classified. */
  readonly noData: boolean;
};

/** Weight in percent by group name. */
export type GroupWeights = ReadonlyMap<string | null, number>;

/** From this share of Nodata metrics on the run scores 0. */
const NODATA_PERCENT = 50;

/** The configuration's weights in the order in which Kayenta adds them up; null weighs 0. */
export function readWeights(classifier: CanaryClassifierConfig): GroupWeights {
  const weights = classifier.groupWeights ?? {};
  return new Map(immutableMapOrder(Object.keys(weights)).map((group) => [group, weights[group] ?? 0]));
}

/** Score of every group: the share of Pass among its Pass, High, Low and NodataFailMetric metrics. */
export function scoreGroups(results: readonly CanaryAnalysisResult[]): readonly GroupScore[] {
  const labels = new Map<string | null, MetricClassification[]>();
  for (const result of results) {
    for (const group of result.groups ?? []) {
      const known = labels.get(group);
      if (known === undefined) labels.set(group, [result.classification]);
      else known.push(result.classification);
    }
  }
  return groupByOrder([...labels.keys()]).map((name) => scoreGroup(name, labels.get(name) ?? []));
}

function scoreGroup(name: string | null, labels: readonly MetricClassification[]): GroupScore {
  const passed = labels.filter((label) => label === "Pass").length;
  const counted = labels.filter((label) => label !== "Nodata" && label !== "Error").length;
  return { name, score: counted === 0 ? 0 : (passed / counted) * 100, noData: counted === 0 };
}

/**
 * Weighted sum of the group scores, rounded to two decimals. A group without data counts as 100; groups without a
 * weight share what the weights leave of 100 equally, which is negative if they exceed it.
 */
export function weightedSum(groups: readonly GroupScore[], weights: GroupWeights): number {
  let weighted = 0;
  for (const weight of weights.values()) weighted += weight;
  const unweighted = groups.filter((group) => !weights.has(group.name)).length;
  const share = unweighted === 0 ? 0 : (100 - weighted) / unweighted;
  let sum = 0;
  for (const group of groups) {
    sum += (group.noData ? 100 : group.score) * ((weights.get(group.name) ?? share) / 100);
  }
  return roundHalfUp(sum);
}

/** Why the run scores 0 whatever its groups score, if it does. */
export function reasonForZero(results: readonly CanaryAnalysisResult[]): string | undefined {
  const critical = results.find((result) => result.critical && result.classification !== "Pass");
  if (critical !== undefined) return `Canary Failed: ${critical.classificationReason ?? "null"}`;
  const empty = results.filter((result) => result.classification === "Nodata").length;
  const tooMany = (empty / results.length) * 100 >= NODATA_PERCENT;
  return tooMany ? `Canary Failed: ${NODATA_PERCENT}% or more metrics returned NODATA` : undefined;
}

/** A score equal to a threshold has reached it; a threshold that is null is 0. */
export function classifyScore(score: number, thresholds: ScoreThresholds): ScoreClassification {
  if (score >= (thresholds.pass ?? 0)) return "Pass";
  return score >= (thresholds.marginal ?? 0) ? "Marginal" : "Fail";
}

/** A group score as it stands in a judge's result. */
export function shownGroup(group: GroupScore): CanaryJudgeGroupScore {
  const { name, score } = group;
  return { ...(name === null ? {} : { name }), score, classification: "", classificationReason: "" };
}
