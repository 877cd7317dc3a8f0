export type PushLoopOptions = {
  /** Brings the other side up to date; throws when it could not. */
  push(): Promise<void>;
  retryMs: number;
  /** Told after each try, null when it went well. */
  tried(error: Error | null): void;
};

export type PushLoop = {
  /** Pushes what is wanted now; calls that come while one is under way share the next one. Never throws. */
  soon(): Promise<void>;
  /** Once more after the push that is under way. */
  again(): void;
  start(): void;
  stop(): Promise<void>;
};

/** Pushes one after the other, never two at a time, and tries again after a failure: one retry, however many asked. */
export function createPushLoop({ push, retryMs, tried }: PushLoopOptions): PushLoop {
  let running = false;
  let pushing: Promise<void> | undefined;
  let pushAgain = false;
  let retry: NodeJS.Timeout | undefined;

  async function work(): Promise<void> {
    do {
      pushAgain = false;
      clearTimeout(retry);
      try {
        await push();
        tried(null);
      } catch (error) {
        tried(error as Error);
        if (running) retry = setTimeout(() => void soon(), retryMs).unref();
      }
    } while (pushAgain && running);
  }

  function soon(): Promise<void> {
    if (!running) return Promise.resolve();
    if (pushing) {
      pushAgain = true;
      return pushing;
    }
    pushing = work().finally(() => (pushing = undefined));
    return pushing;
  }

  return {
    soon,
    again: () => void (pushAgain = true),
    start: () => void (running = true),
    async stop() {
      running = false;
      clearTimeout(retry);
      await pushing;
    },
  };
}
