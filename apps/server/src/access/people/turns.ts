import { GennakerError } from "@gennaker/contract/errors.ts";

/** Runs work in turn: some at once, some waiting, more refused. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>;

/** Throws `too_many_requests` when `mostWaiting` are at work or waiting already. */
export function createTurns(atOnce: number, mostWaiting: number): Turns {
  const queue: (() => void)[] = [];
  let working = 0;

  return async (work) => {
    if (working + queue.length >= mostWaiting)
      throw new GennakerError(
        "too_many_requests",
        "Too many people are logging in just now. Try again in a few seconds.",
      );
    if (working >= atOnce) await new Promise<void>((resolve) => queue.push(resolve));
    else working += 1;
    try {
      return await work();
    } finally {
      // The place is handed to the next one, so that nobody new gets in between.
      const next = queue.shift();
      if (next === undefined) working -= 1;
      else next();
    }
  };
}
