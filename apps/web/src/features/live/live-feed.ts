import { followEvents } from "@gennaker/client/events.ts";
import type { QueryClient } from "@tanstack/react-query";
import { staleKeys, withoutCovered, type Key } from "./event-keys.ts";

export type LiveState = "connecting" | "connected" | "disconnected";

export type LiveFeed = {
  state(): LiveState;
  /** Calls back at each change of the state; answers how to stop it. */
  subscribe(listener: () => void): () => void;
  start(): () => void;
};

/** Events that arrive together are answered with one refresh. */
const gatherMs = 80;
/** A hidden page gives its connection back after this long: browsers allow only six to a server. */
const hiddenMs = 30_000;

/** Keeps the query cache true to the server's events, over one connection for the whole page. */
export function createLiveFeed(queries: QueryClient): LiveFeed {
  const listeners = new Set<() => void>();
  const now = { state: "connecting" as LiveState, lostOnce: false };

  function setState(next: LiveState): void {
    if (now.state === next) return;
    now.state = next;
    for (const listener of listeners) listener();
  }

  const waiting: Key[] = [];
  const timer = { id: null as ReturnType<typeof setTimeout> | null };
  function refresh(): void {
    timer.id = null;
    for (const queryKey of withoutCovered(waiting.splice(0))) void queries.invalidateQueries({ queryKey });
  }

  function follow(): () => void {
    const stop = new AbortController();
    void followEvents({
      baseUrl: "",
      signal: stop.signal,
      onEvent(event) {
        waiting.push(...staleKeys(event));
        timer.id ??= setTimeout(refresh, gatherMs);
      },
      onState(state) {
        // Whatever happened before the first event of a new stream may have been missed.
        if (state === "connected") void queries.invalidateQueries();
        setState(state);
      },
    });
    return () => stop.abort();
  }

  return {
    state: () => now.state,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    start() {
      const open = { stop: follow() as (() => void) | null, hide: null as ReturnType<typeof setTimeout> | null };
      function onVisibility(): void {
        if (open.hide !== null) clearTimeout(open.hide);
        open.hide = null;
        if (document.hidden) {
          open.hide = setTimeout(() => {
            open.stop?.();
            open.stop = null;
          }, hiddenMs);
        } else open.stop ??= follow();
      }
      document.addEventListener("visibilitychange", onVisibility);
      return () => {
        document.removeEventListener("visibilitychange", onVisibility);
        if (open.hide !== null) clearTimeout(open.hide);
        if (timer.id !== null) clearTimeout(timer.id);
        open.stop?.();
      };
    },
  };
}
