import type { ServerResponse } from "node:http";
import { FakeStatus } from "./status.ts";
import type { Change, FakeStore } from "./store.ts";
import type { FakeKind, Json, StoredObject } from "./types.ts";
import { apiVersionOf, kindKey } from "./types.ts";

type OpenWatch = {
  resource: string;
  response: ServerResponse;
  stalled: boolean;
  send(type: string, object: Json): void;
  end(): void;
};
export type WatchRequest = {
  kind: FakeKind;
  namespace: string | undefined;
  select: (object: StoredObject) => boolean;
  query: URLSearchParams;
};

/** All open watches, with the ways in which a watch can go wrong. */
export function createWatchFeed(store: FakeStore, options: { bookmarkEveryMs: number; watchList: boolean }) {
  const open = new Set<OpenWatch>();
  const each = (resource: string | undefined) =>
    [...open].filter((watch) => resource === undefined || watch.resource === resource);

  function start(request: WatchRequest, response: ServerResponse): void {
    const { kind, query } = request;
    const initial = query.get("sendInitialEvents") === "true";
    if (initial && !options.watchList) {
      const message = "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled";
      throw new FakeStatus(422, "Invalid", message, {
        causes: [{ reason: "FieldValueForbidden", message: `Forbidden: ${message}`, field: "sendInitialEvents" }],
      });
    }
    const from = query.get("resourceVersion") ?? "";
    const fromNow = from === "" || from === "0";
    const missed = initial || fromNow ? [] : store.since(kind, from);
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();

    const bookmark = (annotations?: Json) =>
      watch.send("BOOKMARK", {
        kind: kind.kind,
        apiVersion: apiVersionOf(kind),
        metadata: { resourceVersion: store.resourceVersion(), ...(annotations ? { annotations } : {}) },
      });
    // A version that is not reached yet is waited for in silence, as real servers do.
    const early = () => !fromNow && !initial && Number(store.resourceVersion()) < Number(from);
    const relay = (change: Change) => {
      if (!fromNow && !initial && Number(change.object.metadata.resourceVersion) <= Number(from)) return;
      const event = translate(request, change);
      if (event !== null) watch.send(event.type, event.object);
    };
    const unsubscribe = store.subscribe(kind, relay);
    const beat =
      query.get("allowWatchBookmarks") === "true"
        ? setInterval(() => early() || bookmark(), options.bookmarkEveryMs)
        : undefined;
    const seconds = Number(query.get("timeoutSeconds") ?? 0);
    const limit = seconds > 0 ? setTimeout(() => watch.end(), seconds * 1000) : undefined;
    const watch: OpenWatch = {
      resource: kindKey(kind),
      response,
      stalled: false,
      send(type, object) {
        if (!watch.stalled && !response.destroyed) response.write(`${JSON.stringify({ type, object })}\n`);
      },
      end() {
        stop();
        response.end();
      },
    };
    const stop = () => {
      unsubscribe();
      clearInterval(beat);
      clearTimeout(limit);
      open.delete(watch);
    };
    open.add(watch);
    response.on("close", stop);
    if (initial || fromNow) {
      for (const object of store.list(kind, request.namespace).filter(request.select)) watch.send("ADDED", object);
      if (initial) bookmark({ "k8s.io/initial-events-end": "true" });
    }
    missed.forEach(relay);
  }

  return {
    start,
    count: (resource?: string) => each(resource).length,
    /** Ends them in order, as the server does when their time is up. */
    endAll: (resource?: string) => each(resource).forEach((watch) => watch.end()),
    /** Breaks their connections. */
    dropAll: (resource?: string) => each(resource).forEach((watch) => watch.response.destroy()),
    /** Keeps them open but silent: no event and no bookmark ever comes again. */
    stallAll: (resource?: string) => each(resource).forEach((watch) => (watch.stalled = true)),
    /** Sends an ERROR event and ends them. */
    errorAll(status: FakeStatus, resource?: string) {
      for (const watch of each(resource)) {
        watch.send("ERROR", status.body);
        watch.end();
      }
    },
    /** Sends any line as it is. */
    writeAll: (line: string, resource?: string) => each(resource).forEach((watch) => watch.response.write(`${line}\n`)),
  };
}

export type WatchFeed = ReturnType<typeof createWatchFeed>;

/** An object that begins or ceases to match the selector is added or deleted for this watch. */
function translate(request: WatchRequest, change: Change): { type: string; object: StoredObject } | null {
  const { object, previous, type } = change;
  if (request.namespace !== undefined && object.metadata.namespace !== request.namespace) return null;
  const before = previous !== null && request.select(previous);
  const after = type !== "DELETED" && request.select(object);
  if (type === "DELETED") return before || request.select(object) ? { type, object } : null;
  if (before && after) return { type: "MODIFIED", object };
  if (after) return { type: "ADDED", object };
  if (!before || previous === null) return null;
  const { resourceVersion } = object.metadata;
  return { type: "DELETED", object: { ...previous, metadata: { ...previous.metadata, resourceVersion } } };
}
