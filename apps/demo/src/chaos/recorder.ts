import { followEvents } from "@gennaker/client/events.ts";
import type { LiveEvent } from "@gennaker/contract/resources/system.ts";

export type Recorder = { events: readonly LiveEvent[]; stop(): Promise<void> };

/** Keeps every live event from now on, across restarts of the server, as a browser would get them. */
export function recordEvents(baseUrl: string): Recorder {
  const events: LiveEvent[] = [];
  const stop = new AbortController();
  const following = followEvents({ baseUrl, signal: stop.signal, onEvent: (event) => void events.push(event) });
  return {
    events,
    async stop() {
      stop.abort();
      await following;
    },
  };
}
