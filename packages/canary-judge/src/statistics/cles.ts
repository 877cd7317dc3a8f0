import { rankSums } from "./rank-shift.ts";
import type { RankedPair } from "./rank-shift.ts";

/**
 * Common language effect size: the share of pairs in which the experiment's value is the higher one, ties counting
 * half (Vargha and Delaney 2000). 0.5 means no difference.
 *
 * The products of the sizes are 32-bit, as in Kayenta, so results are only meaningful while 2nm stays below 2^31.
 *
 * @param pair first = experiment, second = control; both have a value
 */
export function commonLanguageEffectSize(pair: RankedPair): number {
  const m = pair.first.length;
  const n = pair.second.length;
  const sums = { rankSum: 0, tieSum: 0 };
  rankSums(pair, 0, sums);
  return (2 * sums.rankSum - Math.imul(m, m + 1)) / Math.imul(Math.imul(2, n), m);
}
