import type { MetricSettings } from "./metric-settings.ts";
import { commonLanguageEffectSize } from "./statistics/cles.ts";
import { AllTiedError, estimateShift, QUANTILE_98, shiftRange } from "./statistics/mann-whitney.ts";
import { meanRatio } from "./statistics/mean-ratio.ts";
import { withNoise } from "./statistics/noise.ts";
import type { GaussianSource } from "./statistics/noise.ts";
import { rankedPair } from "./statistics/rank-shift.ts";
import type { RankedPair } from "./statistics/rank-shift.ts";
import type { MetricClassification } from "./types.ts";

/** One metric's verdict. `ratio` is absent where the test failed. */
export type Classified = {
  readonly classification: MetricClassification;
  readonly reason?: string;
  readonly ratio?: number;
  readonly critical: boolean;
};

/** The shift must exceed this share of the estimate's size to count. */
export const SHIFT_TOLERANCE = 0.25;
/** Absolute tolerance of Kayenta's root finder. */
const ROOT_TOLERANCE = 1e-4;
/** Standard deviation of the noise for two different constants, as a share of the constant. */
const NOISE_SHARE = 1e-5;

/** Both sides after holes and outliers were treated. */
export type Sides = { readonly control: Float64Array; readonly experiment: Float64Array };

/**
 * Kayenta's classification of one metric: no data, identical data, one value everywhere, else the Mann-Whitney test
 * with effect size and critical thresholds.
 *
 * @param name the metric's name as reasons show it
 * @param gaussian used only when both sides are constant and differ
 */
export function classify(name: string, sides: Sides, settings: MetricSettings, gaussian: GaussianSource): Classified {
  const { control, experiment } = sides;
  if (control.length === 0 || experiment.length === 0) return withoutData(name, settings);

  const pair = rankedPair(experiment, control);
  if (sameValues(pair)) {
    const reason = "The Canary and Baseline data are identical";
    return { classification: "Pass", reason, ratio: 1, critical: false };
  }
  const constant = isConstant(pair.first) && isConstant(pair.second);
  if (constant && pair.first[0] === pair.second[0]) return { classification: "Pass", ratio: 1, critical: false };

  try {
    return constant
      ? compare(name, addNoise(sides, gaussian), undefined, settings)
      : compare(name, sides, pair, settings);
  } catch (error) {
    if (!(error instanceof AllTiedError)) throw error;
    return { classification: "Error", reason: "Metric Classification Failed", critical: false };
  }
}

/** What an empty side means. */
export function withoutData(name: string, settings: MetricSettings): Classified {
  if (settings.nanStrategy === "replace") return { classification: "Pass", ratio: 1, critical: false };
  const reason = `Missing data for ${name}`;
  return settings.mustHaveData && !settings.critical
    ? { classification: "NodataFailMetric", reason, ratio: 1, critical: false }
    : { classification: "Nodata", reason, ratio: 1, critical: settings.critical };
}

function compare(name: string, sides: Sides, sorted: RankedPair | undefined, settings: MetricSettings): Classified {
  const { control, experiment } = sides;
  const pair = sorted ?? rankedPair(experiment, control);
  const shift = estimateShift(pair, {
    quantile: QUANTILE_98,
    tolerance: ROOT_TOLERANCE,
    range: shiftRange(experiment, control),
    correctEstimate: true,
  });
  const ratio = meanRatio(control, experiment);
  const effect = settings.measure === "cles" ? commonLanguageEffectSize(pair) : ratio;
  return { ...verdict(name, shift, effect, settings), ratio };
}

/**
 * High or Low if the whole interval lies beyond the tolerated share of the estimate, the direction counts, and the
 * effect reaches the allowed one; critical if it reaches the critical one. An effect that is NaN counts as reached.
 */
export function verdict(
  name: string,
  shift: { readonly lower: number; readonly upper: number; readonly estimate: number },
  effect: number,
  settings: MetricSettings,
): Classified {
  const bound = SHIFT_TOLERANCE * Math.abs(shift.estimate);
  const atLeast = (threshold: number) => Number.isNaN(effect) || effect >= threshold;
  const atMost = (threshold: number) => Number.isNaN(effect) || effect <= threshold;

  if (settings.direction !== "decrease" && shift.lower > bound && atLeast(settings.allowedIncrease)) {
    return classified(name, "High", settings.critical && atLeast(settings.criticalIncrease));
  }
  if (settings.direction !== "increase" && shift.upper < -bound && atMost(settings.allowedDecrease)) {
    return classified(name, "Low", settings.critical && atMost(settings.criticalDecrease));
  }
  return { classification: "Pass", critical: false };
}

function classified(name: string, classification: "High" | "Low", critical: boolean): Classified {
  const reason = critical
    ? `The metric ${name} was classified as ${classification} (Critical)`
    : `${name} was classified as ${classification}`;
  return { classification, reason, critical };
}

function addNoise(sides: Sides, gaussian: GaussianSource): Sides {
  const noisy = (values: Float64Array) => withNoise(values, (values[0] as number) * NOISE_SHARE, gaussian);
  const experiment = noisy(sides.experiment);
  return { experiment, control: noisy(sides.control) };
}

/** Equal as multisets; 0 and -0 are the same value. */
export function sameValues(pair: RankedPair): boolean {
  const { first, second } = pair;
  return first.length === second.length && first.every((value, index) => value === second[index]);
}

function isConstant(sorted: Float64Array): boolean {
  return sorted[0] === sorted[sorted.length - 1];
}
