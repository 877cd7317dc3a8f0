/** The nearest of some words, if it is near enough to be a typing slip (two slips, or a third of a short word). */
export function closest(word: string, candidates: Iterable<string>): string | null {
  const limit = Math.min(2, Math.floor(word.length / 3) + (word.length > 1 ? 1 : 0));
  let best: { word: string; slips: number } | null = null;
  for (const candidate of candidates) {
    const slips = slipsBetween(word.toLowerCase(), candidate.toLowerCase());
    if (slips <= limit && (best === null || slips < best.slips)) best = { word: candidate, slips };
  }
  return best?.word ?? null;
}

/** Letters added, dropped, changed or swapped with their neighbour (optimal string alignment distance). */
export function slipsBetween(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min((row[j - 1] ?? 0) + 1, (previous[j] ?? 0) + 1, (previous[j - 1] ?? 0) + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}
