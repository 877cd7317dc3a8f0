import { percentileOfSorted } from "./percentile.ts";

/**
 * Drops the values strictly outside Tukey's fences (quartiles widened by `factor` interquartile ranges), with the
 * fences never inside the 1st and 99th percentile, so that a narrow bulk does not turn its tails into outliers.
 * Keeps the order of the values.
 *
 * @param factor greater than 0
 */
export function withoutOutliers(values: Float64Array, factor: number): Float64Array {
  if (values.length === 0) return values;
  const sorted = values.toSorted();
  const lowerQuartile = percentileOfSorted(sorted, 25);
  const upperQuartile = percentileOfSorted(sorted, 75);
  const reach = factor * (upperQuartile - lowerQuartile);
  const lowerFence = Math.min(percentileOfSorted(sorted, 1), lowerQuartile - reach);
  const upperFence = Math.max(percentileOfSorted(sorted, 99), upperQuartile + reach);
  return values.filter((value) => !(value > upperFence || value < lowerFence));
}
