import { setTimeout as sleep } from "node:timers/promises";

export type BackoffOptions = { firstMs: number; maxMs: number; factor?: number; random?: () => number };

/**
 * Exponential back-off with full jitter on its upper half: the n-th wait is between 50 % and 100 % of
 * `min(maxMs, firstMs · factor^n)`, so that many clients of a recovered server do not come back in step.
 */
export function createBackoff(options: BackoffOptions): { next(): number; reset(): void; failures(): number } {
  const { firstMs, maxMs, factor = 2, random = Math.random } = options;
  let failures = 0;
  return {
    next() {
      const ceiling = Math.min(maxMs, firstMs * factor ** Math.min(failures, 30));
      failures += 1;
      return ceiling * (0.5 + random() / 2);
    },
    reset() {
      failures = 0;
    },
    failures: () => failures,
  };
}

/** Waits, and ends early without an error when the signal fires. Returns whether the time has passed in full. */
export async function pause(ms: number, signal?: AbortSignal): Promise<boolean> {
  if (signal?.aborted === true) return false;
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
    return true;
  } catch {
    return false;
  }
}
