import { get } from "node:http";
import type { HealthCheck } from "../cluster/launch.ts";

/** What probes say: null until they have said anything for sure; `reason` is the last failure in words. */
type Probed = { healthy: boolean | null; reason: string };

export type Prober = { current(): Probed; stop(): void };

/** While an instance starts it is asked more often than later. */
const STARTING_INTERVAL_MS = 250;

/**
 * Asks `GET path` again and again, one question at a time, and calls back only when the verdict or, while there is
 * none, the reason changes. 2xx and 3xx are good. `healthy` is what was known before: it stands until proven wrong.
 */
export function startProber(port: number, check: HealthCheck, healthy: boolean | null, changed: () => void): Prober {
  let state: Probed = { healthy, reason: "" };
  let good = 0;
  let bad = 0;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let cancel: () => void = () => undefined;

  const conclude = (failure: string | null): void => {
    good = failure === null ? good + 1 : 0;
    bad = failure === null ? 0 : bad + 1;
    const before = state;
    if (failure === null && good >= check.healthy) state = { healthy: true, reason: "" };
    else if (failure !== null && state.healthy === true && bad >= check.unhealthy)
      state = { healthy: false, reason: failure };
    else if (failure !== null && state.healthy !== true) state = { healthy: state.healthy, reason: failure };
    if (state.healthy !== before.healthy || state.reason !== before.reason) changed();
  };
  const ask = (): void => {
    cancel = probe(port, check, (failure) => {
      if (stopped) return;
      conclude(failure);
      plan(state.healthy === true ? check.intervalMs : Math.min(check.intervalMs, STARTING_INTERVAL_MS));
    });
  };
  const plan = (delayMs: number): void => {
    timer = setTimeout(ask, delayMs);
    timer.unref();
  };
  // Spread the first questions, so that many instances adopted at once are not asked in one burst.
  plan(Math.random() * Math.min(check.intervalMs, 100));

  return {
    current: () => state,
    stop() {
      stopped = true;
      clearTimeout(timer);
      cancel();
    },
  };
}

/** One question; `done` gets null for a good answer, otherwise what was wrong, in words that do not change by chance. */
function probe(port: number, check: HealthCheck, done: (failure: string | null) => void): () => void {
  const subject = `GET ${check.path}`;
  let finished = false;
  const finish = (failure: string | null): void => {
    if (finished) return;
    finished = true;
    clearTimeout(timer);
    request.destroy();
    done(failure);
  };
  const request = get(
    { host: "127.0.0.1", port, path: check.path, agent: false, headers: { connection: "close" } },
    (response) => {
      const status = response.statusCode ?? 0;
      response.resume();
      finish(status >= 200 && status < 400 ? null : `${subject} answered ${status}`);
    },
  );
  const timer = setTimeout(() => finish(`${subject} gave no answer within ${check.timeoutMs} ms`), check.timeoutMs);
  timer.unref();
  request.on("error", (error: NodeJS.ErrnoException) => {
    finish(
      error.code === "ECONNREFUSED"
        ? `${subject}: nothing listens on port ${port}`
        : `${subject} failed: ${error.code ?? error.message}`,
    );
  });
  return () => {
    finished = true;
    clearTimeout(timer);
    request.destroy();
  };
}
