import { findRoot } from "./brent.ts";
import { rankSums } from "./rank-shift.ts";
import type { RankedPair, RankSums } from "./rank-shift.ts";

/** Lower quantile of the standard normal for a two-sided 98 % interval, to commons-math 3's last bit. */
export const QUANTILE_98 = -2.326347874040841;
/** Lower quantile of the standard normal for a two-sided 95 % interval, to commons-math 3's last bit. */
export const QUANTILE_95 = -1.959963984540054;

/** Thrown where every value shares one rank, so that the statistic has no variance. */
export class AllTiedError extends Error {
  override readonly name = "AllTiedError";
}

export type ShiftEstimate = {
  /** Lower end of the confidence interval of the shift of `first` against `second`. */
  readonly lower: number;
  readonly upper: number;
  /** Hodges–Lehmann estimate of the shift. */
  readonly estimate: number;
};

export type ShiftOptions = {
  /** Lower quantile of the standard normal, negative. */
  readonly quantile: number;
  /** Absolute tolerance of the root finder. */
  readonly tolerance: number;
  /** Smallest and largest possible shift: min(first) - max(second), max(first) - min(second). */
  readonly range: readonly [number, number];
  /** Whether the estimate, too, is searched with the continuity correction (Kayenta: yes, R: no). */
  readonly correctEstimate: boolean;
};

/**
 * Confidence interval and Hodges–Lehmann estimate of a location shift by R's asymptotic way (`wilcox.test` with
 * `exact = FALSE`): the ends are the shifts at which the standardised Mann-Whitney statistic of (first - shift)
 * against second passes the normal quantiles, the estimate is where it passes zero. An end without a change of sign
 * is the end of the range.
 *
 * @throws AllTiedError if all values tie at a shift that is tried
 */
export function estimateShift(pair: RankedPair, options: ShiftOptions): ShiftEstimate {
  const { quantile, tolerance } = options;
  const [lowest, highest] = options.range;
  const statistic = shiftStatistic(pair, true);
  const atLowest = statistic(lowest);
  const atHighest = statistic(highest);

  const passing = (level: number): number => {
    const low = atLowest - level;
    const high = atHighest - level;
    if (low <= 0) return lowest;
    if (high >= 0) return highest;
    return findRoot(lowest, highest, low, high, (shift) => statistic(shift) - level, tolerance);
  };
  const lower = passing(-quantile);
  const upper = passing(quantile);

  if (options.correctEstimate) {
    return { lower, upper, estimate: findRoot(lowest, highest, atLowest, atHighest, statistic, tolerance) };
  }
  const plain = shiftStatistic(pair, false);
  const estimate = findRoot(lowest, highest, plain(lowest), plain(highest), plain, tolerance);
  return { lower, upper, estimate };
}

/**
 * The standardised Mann-Whitney statistic of (first - shift) against second as a function of the shift:
 * (W - nm/2 - correction) / sigma with W = R - n(n+1)/2 and sigma² = nm/12 · (n+m+1 - Σ(t³-t)/((n+m)(n+m-1))).
 */
export function shiftStatistic(pair: RankedPair, corrected: boolean): (shift: number) => number {
  const n = pair.first.length;
  const m = pair.second.length;
  const sums: RankSums = { rankSum: 0, tieSum: 0 };
  return (shift) => {
    rankSums(pair, shift, sums);
    const excess = sums.rankSum - (n * (n + 1)) / 2 - (n * m) / 2;
    const sigma = Math.sqrt(((n * m) / 12) * (n + m + 1 - sums.tieSum / ((n + m) * (n + m - 1))));
    if (sigma === 0) throw new AllTiedError("all values are tied, so the shift has no confidence interval");
    const correction = corrected ? Math.sign(excess) * 0.5 : 0;
    return (excess - correction) / sigma;
  };
}

/** Smallest and largest difference between a value of `first` and one of `second`; both have a value. */
export function shiftRange(first: Float64Array, second: Float64Array): [number, number] {
  return [smallest(first) - largest(second), largest(first) - smallest(second)];
}

/** The first of the smallest values, which matters for the sign of zero. */
function smallest(values: Float64Array): number {
  let kept = values[0] as number;
  for (let i = 1; i < values.length; i++) {
    const value = values[i] as number;
    if (!(kept <= value)) kept = value;
  }
  return kept;
}

/** The first of the largest values. */
function largest(values: Float64Array): number {
  let kept = values[0] as number;
  for (let i = 1; i < values.length; i++) {
    const value = values[i] as number;
    if (!(kept >= value)) kept = value;
  }
  return kept;
}
