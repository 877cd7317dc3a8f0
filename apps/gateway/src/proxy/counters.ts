/** Code classes a request can end with; the index into `answers`. */
export const codeClasses = ["1xx", "2xx", "3xx", "4xx", "5xx"] as const;

/** Upper bounds of the duration histogram in milliseconds: steps of at most a quarter where services usually are. */
export const durationBounds: readonly number[] = [
  0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 18, 20, 25, 30, 35, 40, 45, 50, 60, 70, 80, 90, 100, 120, 140,
  160, 180, 200, 250, 300, 350, 400, 450, 500, 600, 700, 800, 900, 1000, 1250, 1500, 2000, 2500, 3000, 4000, 5000, 7500,
  10000, 15000, 30000, 60000,
];

export const upstreamErrorKinds = ["connect", "reset", "timeout", "protocol"] as const;
export type UpstreamErrorKind = (typeof upstreamErrorKinds)[number];

/** Counts of one server group since the process started. */
export interface Counters {
  answers: number[];
  /** One per bound and a last one for everything above; not cumulative. */
  durations: number[];
  durationSum: number;
  upstreamErrors: Record<UpstreamErrorKind, number>;
  retries: number;
  clientAborts: number;
  mirrored: number;
}

export function createCounters(): Counters {
  return {
    answers: [0, 0, 0, 0, 0],
    durations: Array.from({ length: durationBounds.length + 1 }, () => 0),
    durationSum: 0,
    upstreamErrors: { connect: 0, reset: 0, timeout: 0, protocol: 0 },
    retries: 0,
    clientAborts: 0,
    mirrored: 0,
  };
}

/** Index of a status in `answers`; what is not a known class counts as 5xx. */
export function classOf(status: number): number {
  const index = Math.floor(status / 100) - 1;
  return index >= 0 && index < codeClasses.length ? index : codeClasses.length - 1;
}

export function increment(counts: number[], index: number): void {
  counts[index] = (counts[index] ?? 0) + 1;
}

export function observeDuration(counters: Counters, milliseconds: number): void {
  let low = 0;
  let high = durationBounds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (milliseconds <= (durationBounds[middle] as number)) high = middle;
    else low = middle + 1;
  }
  increment(counters.durations, low);
  counters.durationSum += milliseconds;
}

export function total(counts: readonly number[]): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}
