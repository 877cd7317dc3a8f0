import { errorFromStatus, KubeError } from "../errors.ts";
import type { Sender } from "../http/sender.ts";
import type { Slices } from "../http/slices.ts";
import { isRecord, type WatchEvent } from "../objects.ts";
import { resourceName, resourcePath, type Resource } from "./resource.ts";

export type WatchOptions = {
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
  /** Undefined with `sendInitialEvents`: the server streams the present state first. */
  resourceVersion?: string | undefined;
  sendInitialEvents?: boolean;
  /** The server ends the watch after this time. */
  timeoutSeconds?: number;
  signal?: AbortSignal | undefined;
  /** No byte for so long, neither event nor bookmark, counts as a dead watch. Default 90 s. */
  silenceMs?: number;
};

/**
 * One watch request, event by event. Ends when the server ends it in order; throws `KubeError` for an `ERROR` event
 * (410 means: list again), for silence (`Stalled`) and for a broken connection.
 */
export async function* watchStream(
  sender: Sender,
  resource: Resource,
  options: WatchOptions,
  slices: Slices,
): AsyncGenerator<WatchEvent, void, undefined> {
  const path = resourcePath(resource, { namespace: options.namespace });
  const silence = createSilenceGuard(options.silenceMs ?? 90_000);
  const signal = options.signal === undefined ? silence.signal : AbortSignal.any([options.signal, silence.signal]);
  try {
    const body = await sender.stream({
      verb: "watch",
      resource: resourceName(resource),
      method: "GET",
      path,
      query: watchQuery(options),
      signal,
      retries: 0,
    });
    let carried: Buffer[] = [];
    for await (const chunk of body as AsyncIterable<Buffer>) {
      silence.heard();
      let from = 0;
      for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
        const piece = chunk.subarray(from, end);
        const line = carried.length === 0 ? piece : Buffer.concat([...carried, piece]);
        carried = [];
        from = end + 1;
        if (line.length === 0) continue;
        yield readEvent(line, path);
        if (slices.due()) await slices.yield();
      }
      if (from < chunk.length) carried.push(chunk.subarray(from));
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    if (silence.signal.aborted) {
      throw new KubeError({ code: 0, reason: "Stalled", message: "the watch was silent for too long.", cause: error });
    }
    if (error instanceof KubeError) throw error;
    throw new KubeError({
      code: 0,
      reason: "Unreachable",
      message: `the watch broke off: ${error instanceof Error ? error.message : String(error)}.`,
      method: "GET",
      path,
      cause: error,
    });
  } finally {
    silence.stop();
  }
}

function watchQuery(options: WatchOptions) {
  return {
    watch: true,
    allowWatchBookmarks: true,
    resourceVersion: options.resourceVersion,
    labelSelector: options.labelSelector,
    fieldSelector: options.fieldSelector,
    timeoutSeconds: options.timeoutSeconds,
    ...(options.sendInitialEvents === true ? { sendInitialEvents: true, resourceVersionMatch: "NotOlderThan" } : {}),
  };
}

function readEvent(line: Buffer, path: string): WatchEvent {
  let event: unknown;
  try {
    event = JSON.parse(line.toString("utf8"));
  } catch (cause) {
    throw new KubeError({ code: 0, reason: "Protocol", message: "the watch sent a line that is no JSON.", cause });
  }
  if (!isRecord(event) || !isRecord(event["object"])) {
    throw new KubeError({ code: 0, reason: "Protocol", message: "the watch sent a line that is no event." });
  }
  if (event["type"] === "ERROR") throw errorFromStatus(event["object"], "WATCH", path);
  return event as WatchEvent;
}

/** Aborts its signal when `heard` was not called for `ms`. Consumers that are slow to take events do not count. */
function createSilenceGuard(ms: number): { signal: AbortSignal; heard(): void; stop(): void } {
  const controller = new AbortController();
  let last = performance.now();
  const timer = setInterval(
    () => {
      if (performance.now() - last >= ms) controller.abort();
    },
    Math.max(5, ms / 8),
  );
  timer.unref();
  return {
    signal: controller.signal,
    heard() {
      last = performance.now();
    },
    stop: () => clearInterval(timer),
  };
}
