import { sameValues, verdict, withoutData } from "./classify.ts";
import type { Classified, Sides } from "./classify.ts";
import { describeResult, findMetric, requireGroups, requireParts, shownName, treatedSides } from "./judge.ts";
import { readSettings } from "./metric-settings.ts";
import type { MetricSettings } from "./metric-settings.ts";
import { classifyScore, readWeights, reasonForZero, scoreGroups, shownGroup } from "./score.ts";
import type { GroupScore, GroupWeights } from "./score.ts";
import { commonLanguageEffectSize } from "./statistics/cles.ts";
import { estimateShift, QUANTILE_98, shiftRange } from "./statistics/mann-whitney.ts";
import { signedMeanRatio } from "./statistics/mean-ratio.ts";
import { rankedPair } from "./statistics/rank-shift.ts";
import { roundHalfUp } from "./round-half-up.ts";
import type { JudgeInput, JudgeResult } from "./types.ts";

/** The judge's name in configurations and results. */
export const SCALE_FREE_JUDGE = "Gennaker-v1";

/** Tolerance of the root finder as a share of the range of differences, so that the unit does not matter. */
const RELATIVE_TOLERANCE = 1e-9;
/** With fewer than this many ways to split the points into two sides no split is rarer than 2 %. */
const NEEDED_SPLITS = 100;

/**
 * Judges a canary with the configuration and result shape of Kayenta's judge, but so that the unit of a metric does
 * not matter, too few points are reported as missing data instead of being judged, and negative metrics keep their
 * direction. The README lists every difference. Pure and without random parts.
 *
 * @throws JudgementError under the same conditions as `judge`
 */
export function judgeScaleFree(input: JudgeInput): JudgeResult {
  const request = requireParts(input);
  const results = request.pairs.map((pair, index) => {
    const metric = findMetric(request.config, pair, index);
    const settings = readSettings(metric);
    const sides = treatedSides(pair, index, settings);
    return describeResult(pair, metric, settings, sides, classifyScaleFree(shownName(pair), sides, settings));
  });

  const counted = results.filter((result) => !result.muted);
  requireGroups(counted);
  const groups = scoreGroups(counted);
  const zero = reasonForZero(counted);
  const score = zero === undefined ? weightedMean(groups, readWeights(request.classifier)) : 0;
  return {
    judgeName: SCALE_FREE_JUDGE,
    results,
    groupScores: groups.map(shownGroup),
    score: { score, classification: classifyScore(score, request.thresholds), classificationReason: zero ?? "" },
  };
}

/** Classifies one metric; the same samples in another unit give the same classification. */
export function classifyScaleFree(name: string, sides: Sides, settings: MetricSettings): Classified {
  const { control, experiment } = sides;
  if (control.length === 0 || experiment.length === 0) return withoutData(name, settings);

  const pair = rankedPair(experiment, control);
  if (sameValues(pair)) {
    const reason = "The Canary and Baseline data are identical";
    return { classification: "Pass", reason, ratio: 1, critical: false };
  }
  if (!enoughPoints(experiment.length, control.length)) {
    const reason = `Not enough data for ${name}: ${experiment.length} canary and ${control.length} baseline points`;
    return { ...withoutData(name, { ...settings, nanStrategy: "remove" }), reason };
  }
  const ratio = signedMeanRatio(control, experiment);
  const [lowest, highest] = shiftRange(experiment, control);
  if (lowest === highest && lowest === 0) return { classification: "Pass", ratio, critical: false };

  const shift =
    lowest === highest
      ? { lower: lowest, upper: lowest, estimate: lowest }
      : estimateShift(pair, {
          quantile: QUANTILE_98,
          tolerance: RELATIVE_TOLERANCE * (highest - lowest),
          range: [lowest, highest],
          correctEstimate: false,
        });
  const effect = settings.measure === "cles" ? commonLanguageEffectSize(pair) : ratio;
  return { ...verdict(name, shift, effect, settings), ratio };
}

/** Whether n and m points can differ at all with 98 % confidence: C(n + m, n) possible splits, two of them extreme. */
export function enoughPoints(n: number, m: number): boolean {
  let splits = 1;
  for (let k = 1; k <= Math.min(n, m) && splits < NEEDED_SPLITS; k++) splits = (splits * (Math.max(n, m) + k)) / k;
  return splits >= NEEDED_SPLITS;
}

/**
 * Mean of the scores of the groups that have data, by weight. Groups without a weight share what the weights leave of
 * 100, never less than nothing. 0 without any group that has data and weight.
 */
export function weightedMean(groups: readonly GroupScore[], weights: GroupWeights): number {
  const unweighted = groups.filter((group) => !weights.has(group.name)).length;
  const given = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const share = unweighted === 0 ? 0 : Math.max(0, 100 - given) / unweighted;
  let total = 0;
  let sum = 0;
  for (const group of groups.filter((candidate) => !candidate.noData)) {
    const weight = weights.get(group.name) ?? share;
    total += weight;
    sum += group.score * weight;
  }
  return total === 0 ? 0 : roundHalfUp(sum / total);
}
