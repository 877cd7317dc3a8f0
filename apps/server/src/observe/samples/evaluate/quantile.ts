/** Cumulative rate or count of observations not above `le`. */
export type Bucket = { le: number; count: number };

/**
 * The q-quantile from cumulative buckets, interpolated linearly inside the bucket as Prometheus' histogram_quantile
 * does: the lowest bucket begins at 0 unless its bound is not positive; a quantile in the +Inf bucket is the highest
 * finite bound. NaN without observations, without a +Inf bucket, or with fewer than two buckets.
 */
export function bucketQuantile(q: number, buckets: readonly Bucket[]): number {
  const sorted = buckets.filter((bucket) => !Number.isNaN(bucket.count)).sort((left, right) => left.le - right.le);
  const top = sorted.at(-1);
  if (top === undefined || top.le !== Infinity || sorted.length < 2 || Number.isNaN(q)) return NaN;
  if (q < 0) return -Infinity;
  if (q > 1) return Infinity;
  const counts = monotonic(sorted);
  const total = counts.at(-1) ?? 0;
  if (!(total > 0)) return NaN;
  const rank = q * total;
  let at = counts.findIndex((count) => count >= rank);
  if (at === -1) at = sorted.length - 1;
  const bucket = sorted[at] as Bucket;
  if (at === sorted.length - 1) return (sorted[at - 1] as Bucket).le;
  if (at === 0 && bucket.le <= 0) return bucket.le;
  const lower = at === 0 ? 0 : (sorted[at - 1] as Bucket).le;
  const below = at === 0 ? 0 : (counts[at - 1] ?? 0);
  const inside = (counts[at] ?? 0) - below;
  return inside <= 0 ? lower : lower + ((bucket.le - lower) * (rank - below)) / inside;
}

/** Buckets of one histogram are read one after another while it grows; a dip is such a race and is levelled. */
function monotonic(buckets: readonly Bucket[]): number[] {
  let highest = 0;
  return buckets.map((bucket) => (highest = Math.max(highest, bucket.count)));
}

/** A bucket's bound as a number: `+Inf`, `0.1`, `1e3`; NaN for anything else. */
export function parseBound(text: string | undefined): number {
  if (text === undefined || text.trim() === "") return NaN;
  return /^\+?inf(inity)?$/i.test(text) ? Infinity : Number(text);
}
