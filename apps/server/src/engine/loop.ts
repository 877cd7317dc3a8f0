import type { Log } from "./log.ts";

export type Loop = {
  /** Runs the step soon; once more afterwards if it is running already. */
  kick(): void;
  /** Also runs the step on its own, so long after the end of each run. */
  every(ms: number): void;
  /** Ends it and waits for a running step. */
  stop(): Promise<void>;
};

/** A step that never runs twice at once, never ends the process, and waits a little longer after each failure in a row. */
export function createLoop(log: Log, what: string, step: () => Promise<void>): Loop {
  let current: Promise<void> | undefined;
  let again = false;
  let ended = false;
  let failures = 0;
  let interval: number | undefined;
  let timer: NodeJS.Timeout | undefined;

  const plan = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(kick, ms);
  };

  const once = async (): Promise<void> => {
    try {
      await step();
      failures = 0;
    } catch (error) {
      failures += 1;
      again = false;
      if (failures === 1 || failures % 20 === 0)
        log("warn", `${what} failed and is tried again: ${(error as Error).message}`);
    }
    current = undefined;
    if (ended) return;
    if (failures > 0) plan(Math.min(2_000, 50 * 2 ** Math.min(6, failures)));
    else if (again) kick();
    else if (interval !== undefined) plan(interval);
  };

  function kick(): void {
    if (ended) return;
    if (current !== undefined) {
      again = true;
      return;
    }
    again = false;
    current = once();
  }

  return {
    kick,
    every(ms) {
      interval = ms;
      plan(0);
    },
    async stop() {
      ended = true;
      clearTimeout(timer);
      await current;
    },
  };
}
