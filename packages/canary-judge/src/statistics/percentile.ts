/**
 * Percentile by the R-7 rule (linear between the order statistics around 1 + (n - 1)p).
 *
 * @param sorted values in ascending order without NaN
 * @param percent 0 < percent <= 100
 * @returns NaN for no values
 */
export function percentileOfSorted(sorted: Float64Array, percent: number): number {
  const count = sorted.length;
  if (count === 0) return Number.NaN;
  if (count === 1) return sorted[0] as number;
  const fraction = percent / 100;
  const position = fraction === 1 ? count : 1 + (count - 1) * fraction;
  if (position < 1) return sorted[0] as number;
  if (position >= count) return sorted[count - 1] as number;
  const below = Math.floor(position);
  const lower = sorted[below - 1] as number;
  const upper = sorted[below] as number;
  return lower + (position - below) * (upper - lower);
}
