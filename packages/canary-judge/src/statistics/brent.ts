const MAX_STEPS = 1000;
const EPSILON = 2 ** -52;

/**
 * Brent's root finder in the form of R's `zeroin` (Brent 1973, chapter 4): inverse quadratic interpolation or secant
 * where that is safe, bisection otherwise.
 *
 * The signs at both ends are not checked: without a change of sign the steps still run and end at some point of the
 * interval, which is what Kayenta's estimate relies on.
 *
 * @param low lower end of the interval
 * @param high upper end of the interval
 * @param atLow value of the function at `low`
 * @param atHigh value of the function at `high`
 * @param valueAt the function
 * @param tolerance absolute width of the interval at which the search stops
 */
export function findRoot(
  low: number,
  high: number,
  atLow: number,
  atHigh: number,
  valueAt: (point: number) => number,
  tolerance: number,
): number {
  if (isZero(atLow)) return low;
  if (isZero(atHigh)) return high;

  let previous = low;
  let best = high;
  let opposite = low;
  let atPrevious = atLow;
  let atBest = atHigh;
  let atOpposite = atLow;

  for (let step = 0; step <= MAX_STEPS; step++) {
    const lastMove = best - previous;
    if (Math.abs(atOpposite) < Math.abs(atBest)) {
      previous = best;
      best = opposite;
      opposite = previous;
      atPrevious = atBest;
      atBest = atOpposite;
      atOpposite = atPrevious;
    }
    const smallest = 2 * EPSILON * Math.abs(best) + tolerance / 2;
    let move = (opposite - best) / 2;
    if (Math.abs(move) <= smallest || isZero(atBest)) return best;

    if (Math.abs(lastMove) >= smallest && Math.abs(atPrevious) > Math.abs(atBest)) {
      const width = opposite - best;
      let numerator: number;
      let denominator: number;
      if (previous === opposite) {
        const slope = atBest / atPrevious;
        numerator = width * slope;
        denominator = 1 - slope;
      } else {
        const q = atPrevious / atOpposite;
        const r = atBest / atOpposite;
        const s = atBest / atPrevious;
        numerator = s * (width * q * (q - r) - (best - previous) * (r - 1));
        denominator = (q - 1) * (r - 1) * (s - 1);
      }
      if (numerator > 0) denominator = -denominator;
      else numerator = -numerator;
      const insideInterval = numerator < 0.75 * width * denominator - Math.abs(smallest * denominator) / 2;
      if (insideInterval && numerator < Math.abs((lastMove * denominator) / 2)) move = numerator / denominator;
    }

    if (Math.abs(move) < smallest) move = move > 0 ? smallest : -smallest;
    previous = best;
    atPrevious = atBest;
    best += move;
    atBest = valueAt(best);
    if ((atBest > 0 && atOpposite > 0) || (atBest < 0 && atOpposite < 0)) {
      opposite = previous;
      atOpposite = atPrevious;
    }
  }
  return best;
}

/** Zero up to one unit in the last place, as commons-math's `Precision.equals` compares. */
function isZero(value: number): boolean {
  return Math.abs(value) <= Number.MIN_VALUE;
}
