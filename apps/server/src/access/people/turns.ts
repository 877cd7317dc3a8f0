import { GennakerError } from "@gennaker/contract/errors.ts";

/** Of the time that the work before took. */
const restShare = 2;

export type Turns = {
  /** Runs work in turn: some at once, some waiting, more refused. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Throws `too_many_requests` when nothing more is taken just now. */
  check(): void;
};

/**
 * Takes `mostWaiting` at most, at work and waiting. With `rests`, each piece of work that others wait for is followed by
 * twice as long a rest: whoever floods the queue gets a share of a core, and what else runs keeps the others.
 */
export function createTurns(atOnce: number, mostWaiting: number, rests = false): Turns {
  const queue: (() => void)[] = [];
  let working = 0;

  function check(): void {
    if (working + queue.length >= mostWaiting)
      throw new GennakerError(
        "too_many_requests",
        "Too many people are logging in just now. Try again in a few seconds.",
      );
  }

  async function run<T>(work: () => Promise<T>): Promise<T> {
    check();
    if (working >= atOnce) await new Promise<void>((resolve) => queue.push(resolve));
    else working += 1;
    const begun = performance.now();
    try {
      return await work();
    } finally {
      if (rests && queue.length > 0) setTimeout(handOn, (performance.now() - begun) * restShare);
      else handOn();
    }
  }

  /** The place is handed to the next one, so that nobody new gets in between. */
  function handOn(): void {
    const next = queue.shift();
    if (next === undefined) working -= 1;
    else next();
  }

  return { run, check };
}
