/**
 * Rank sums of one sample shifted against another, without sorting again for every shift: both samples are sorted
 * once, and a shift keeps their order, so that one merge gives ranks and ties.
 *
 * The order is that of commons-math's natural ranking: ties share their mean rank, NaN (which arises from
 * Infinity - Infinity) ranks as Infinity, and -0 ranks below 0.
 */

/** Two sorted samples, prepared for repeated ranking. */
export type RankedPair = {
  readonly first: Float64Array;
  readonly second: Float64Array;
  /** Neither an infinity nor NaN nor -0 occurs, so that plain comparisons order the values. */
  readonly plain: boolean;
};

/** What a test statistic needs: the rank sum of the first sample and the sum of t³ - t over groups of ties. */
export type RankSums = { rankSum: number; tieSum: number };

/** Sorts copies of both samples (-0 before 0, NaN last). */
export function rankedPair(left: Float64Array, right: Float64Array): RankedPair {
  const first = left.toSorted();
  const second = right.toSorted();
  return { first, second, plain: isPlain(first) && isPlain(second) };
}

/** Ranks (first - shift) together with second and writes the sums into `sums`. Both samples have a value. */
export function rankSums(pair: RankedPair, shift: number, sums: RankSums): void {
  if (pair.plain && Number.isFinite(shift)) mergePlain(pair.first, pair.second, shift, sums);
  else mergeAny(pair.first, pair.second, shift, sums);
}

function isPlain(sorted: Float64Array): boolean {
  if (sorted.length === 0) return true;
  const zero = sorted.indexOf(0);
  if (zero !== -1 && Object.is(sorted[zero], -0)) return false;
  return Number.isFinite(sorted[0]) && Number.isFinite(sorted[sorted.length - 1]);
}

function mergePlain(first: Float64Array, second: Float64Array, shift: number, sums: RankSums): void {
  const n = first.length;
  const m = second.length;
  let rankSum = 0;
  let tieSum = 0;
  let i = 0;
  let j = 0;
  let a = (first[0] as number) - shift;
  let b = second[0] as number;
  while (i < n) {
    if (b < a && j < m) {
      j++;
      let same = 1;
      let next = j < m ? (second[j] as number) : Infinity;
      while (next === b && j < m) {
        same++;
        j++;
        next = j < m ? (second[j] as number) : Infinity;
      }
      if (same > 1) tieSum += same * same * same - same;
      b = next;
      continue;
    }
    const value = a;
    const below = i + j;
    i++;
    a = i < n ? (first[i] as number) - shift : Infinity;
    let ofFirst = 1;
    while (a === value && i < n) {
      ofFirst++;
      i++;
      a = i < n ? (first[i] as number) - shift : Infinity;
    }
    let same = ofFirst;
    while (b === value && j < m) {
      same++;
      j++;
      b = j < m ? (second[j] as number) : Infinity;
    }
    rankSum += ofFirst * (below + (same + 1) / 2);
    if (same > 1) tieSum += same * same * same - same;
  }
  sums.rankSum = rankSum;
  sums.tieSum = tieSum + tiesFrom(second, j);
}

/** Ties among the values that are left when the other sample is used up. */
function tiesFrom(sorted: Float64Array, from: number): number {
  let ties = 0;
  let at = from;
  while (at < sorted.length) {
    const value = sorted[at];
    let same = 1;
    while (at + same < sorted.length && sorted[at + same] === value) same++;
    if (same > 1) ties += same * same * same - same;
    at += same;
  }
  return ties;
}

function mergeAny(first: Float64Array, second: Float64Array, shift: number, sums: RankSums): void {
  const shifted = first.map((value) => rankable(value - shift)).sort();
  const other = second.map(rankable).sort();
  sums.rankSum = 0;
  sums.tieSum = 0;
  let i = 0;
  let j = 0;
  while (i < shifted.length || j < other.length) {
    const value = smaller(shifted[i], other[j]);
    const below = i + j;
    const start = i;
    while (i < shifted.length && Object.is(shifted[i], value)) i++;
    while (j < other.length && Object.is(other[j], value)) j++;
    const same = i + j - below;
    sums.rankSum += (i - start) * (below + (same + 1) / 2);
    sums.tieSum += same * same * same - same;
  }
}

function rankable(value: number): number {
  return Number.isNaN(value) ? Infinity : value;
}

function smaller(a: number | undefined, b: number | undefined): number {
  if (a === undefined) return b as number;
  if (b === undefined || a < b) return a;
  return a === b && Object.is(a, -0) ? a : b;
}
