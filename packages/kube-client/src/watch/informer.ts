import type { KubeClient } from "../client.ts";
import { isExpired, isKubeError, KubeError } from "../errors.ts";
import { createBackoff, pause } from "../http/backoff.ts";
import { createSlices } from "../http/slices.ts";
import type { KindRef, KubeObject, WatchEvent } from "../objects.ts";
import { createListeners } from "./listeners.ts";
import { createObjectStore, type Change, type IndexFunction, type ObjectStore } from "./object-store.ts";
import { applyEvent, createSnapshot, reconcile, type Snapshot } from "./reconcile.ts";
import { dropManagedFields, type Transform } from "./transforms.ts";

export type InformerOptions = {
  kind: KindRef;
  /** Undefined: all namespaces. */
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
  /** What is kept of an object. Default: everything but `managedFields`. */
  transform?: Transform;
  indexes?: Readonly<Record<string, IndexFunction>>;
  pageSize?: number;
  /** `auto`: the server streams the state where it can (`sendInitialEvents`), else pages. Default `auto`. */
  initial?: "auto" | "list";
  /** A watch without event and bookmark for so long is opened anew. Default 90 s; servers send bookmarks every 60 s. */
  silenceMs?: number;
  /** Life of a watch, drawn at random between the two. Default 240 to 300 s. */
  watchSeconds?: readonly [number, number];
  /** Pause after errors. Default 0.5 s doubled up to 30 s, with jitter. */
  backoff?: { firstMs: number; maxMs: number };
  random?: () => number;
  onListenerError?: (error: unknown) => void;
};

export type InformerStatus = {
  /** `retrying`: what is held may be out of date; `error` says why. */
  phase: "starting" | "synced" | "retrying" | "stopped";
  /** False while the server does not know the kind; it then holds nothing. */
  served: boolean;
  objects: number;
  resourceVersion: string;
  relists: number;
  restarts: number;
  error: KubeError | null;
  /** Milliseconds since the server was last heard: an event, a bookmark or a list. */
  silentMs: number;
};

/** A local copy of all objects of one kind that follows the server for good: no error ends it, only `stop`. */
export type Informer = {
  /** Resolves when the state was read once (an unknown kind counts as empty). Rejects when stopped or aborted before. */
  synced(signal?: AbortSignal): Promise<void>;
  status(): InformerStatus;
  get(key: string): KubeObject | undefined;
  list(): KubeObject[];
  byIndex(index: string, value: string): KubeObject[];
  indexValues(index: string): string[];
  /** Called after the store changed. With `replay` first for everything held, as `added`. Returns the way out. */
  onChange(listener: (change: Change) => void, options?: { replay?: boolean }): () => void;
  onStatus(listener: (status: InformerStatus) => void): () => void;
  stop(): Promise<void>;
};

export function createInformer(client: KubeClient, options: InformerOptions): Informer {
  const { kind, transform = dropManagedFields, watchSeconds = [240, 300], random = Math.random } = options;
  const store: ObjectStore = createObjectStore(options.indexes);
  const stopped = new AbortController();
  const backoff = createBackoff({ ...(options.backoff ?? { firstMs: 500, maxMs: 30_000 }), random });
  const changes = createListeners<Change>(options.onListenerError);
  const statuses = createListeners<InformerStatus>(options.onListenerError);
  const resource = `${kind.kind}.${kind.apiVersion}`;
  const scope = {
    namespace: options.namespace,
    labelSelector: options.labelSelector,
    fieldSelector: options.fieldSelector,
    signal: stopped.signal,
  };
  let watchList = options.initial !== "list";
  let resourceVersion = "";
  let silentWatches = 0;
  let rewound = false;
  let heardAt = performance.now();
  let state = {
    phase: "starting" as InformerStatus["phase"],
    served: true,
    relists: 0,
    restarts: 0,
    error: null as KubeError | null,
  };
  const first = Promise.withResolvers<void>();
  first.promise.catch(() => {});

  const status = (): InformerStatus => ({
    ...state,
    objects: store.size(),
    resourceVersion,
    silentMs: performance.now() - heardAt,
  });
  const become = (next: Partial<typeof state>) => {
    state = { ...state, ...next };
    statuses.emit(status());
  };
  const emit = (change: Change) => changes.emit(change);
  const counted = () => client.metrics.objects?.({ resource, count: store.size() });

  async function commit(snapshot: Snapshot, version: string): Promise<void> {
    await reconcile(store, snapshot, createSlices(), emit);
    resourceVersion = version;
    rewound = false;
    heardAt = performance.now();
    counted();
    become({ phase: "synced", served: true, error: null, relists: state.relists + 1 });
    first.resolve();
  }

  async function relist(): Promise<void> {
    const snapshot = createSnapshot(store, transform, !rewound);
    const version = await client.scan(
      kind,
      { ...scope, retries: 0, ...(options.pageSize === undefined ? {} : { pageSize: options.pageSize }) },
      { begin: () => snapshot.clear(), item: (item) => snapshot.add(item) },
    );
    await commit(snapshot, version);
  }

  /** One watch, from its opening to its end. */
  async function follow(): Promise<void> {
    let snapshot = resourceVersion === "" ? createSnapshot(store, transform, !rewound) : null;
    const [least, most] = watchSeconds;
    const events = client.watch(kind, {
      ...scope,
      resourceVersion: resourceVersion === "" ? undefined : resourceVersion,
      sendInitialEvents: snapshot !== null,
      timeoutSeconds: Math.round(least + random() * (most - least)),
      ...(options.silenceMs === undefined ? {} : { silenceMs: options.silenceMs }),
    });
    for await (const event of events) {
      heardAt = performance.now();
      silentWatches = 0;
      if (snapshot === null) {
        take(event);
        continue;
      }
      if (event.type !== "BOOKMARK") snapshot.add(event.object);
      else if (isInitialEnd(event)) {
        await commit(snapshot, event.object.metadata.resourceVersion ?? "");
        snapshot = null;
      } else {
        // A server that does not know the parameter sends the state too, but never says where it ends.
        throw noWatchList();
      }
    }
    if (snapshot !== null) throw noWatchList();
  }

  function take(event: WatchEvent): void {
    if (state.phase === "retrying") become({ phase: "synced", error: null });
    backoff.reset();
    resourceVersion = event.object.metadata.resourceVersion ?? resourceVersion;
    if (event.type === "BOOKMARK") return;
    const change = applyEvent(store, event, transform);
    if (change === null) return;
    emit(change);
    counted();
  }

  async function session(): Promise<void> {
    if (resourceVersion === "" && !watchList) await relist();
    const began = performance.now();
    await follow();
    // A server that ends watches at once must not be asked in a tight loop.
    if (performance.now() - began < 1_000)
      throw new KubeError({ code: 0, reason: "Unreachable", message: "the watch ended at once." });
  }

  async function handle(error: unknown): Promise<void> {
    const failure = error instanceof KubeError ? error : asKubeError(error);
    let pauseMs = Math.max(backoff.next(), failure.retryAfterMs ?? 0);
    if (resourceVersion === "" && watchList && refusesWatchList(failure)) {
      watchList = false;
      pauseMs = 0;
    }
    silentWatches = failure.reason === "Stalled" ? silentWatches + 1 : silentWatches;
    // A server restored from a backup never answers a watch from its future, so silence again means: list. Versions
    // of the other history may name other contents, so nothing held is trusted then.
    rewound ||= silentWatches >= 2;
    const relistNext = isExpired(failure) || silentWatches >= 2;
    if (relistNext) {
      resourceVersion = "";
      silentWatches = 0;
    }
    if (isNotServed(failure)) {
      resourceVersion = "";
      await reconcile(store, createSnapshot(store, transform, true), createSlices(), emit);
      counted();
      first.resolve();
      become({ served: false });
    }
    client.metrics.watchRestart?.({ resource, reason: failure.reason, relist: relistNext });
    become({
      phase: state.phase === "starting" ? "starting" : "retrying",
      error: failure,
      restarts: state.restarts + 1,
    });
    await pause(pauseMs, stopped.signal);
  }

  async function run(): Promise<void> {
    while (!stopped.signal.aborted) {
      try {
        await session();
        client.metrics.watchRestart?.({ resource, reason: "Ended", relist: false });
      } catch (error) {
        if (!stopped.signal.aborted) await handle(error);
      }
    }
  }

  const running = run();
  return {
    synced: (signal) => (signal === undefined ? first.promise : orAborted(first.promise, signal)),
    status,
    get: (key) => store.get(key),
    list: () => store.all(),
    byIndex: (index, value) => store.byIndex(index, value),
    indexValues: (index) => store.indexValues(index),
    onChange(listener, { replay = false } = {}) {
      if (replay) for (const object of store.all()) listener({ type: "added", object, previous: null });
      return changes.add(listener);
    },
    onStatus: (listener) => statuses.add(listener),
    async stop() {
      if (stopped.signal.aborted) return running;
      stopped.abort();
      first.reject(new KubeError({ code: 0, reason: "Closed", message: "the watch was stopped.", retryable: false }));
      await running;
      become({ phase: "stopped" });
      changes.clear();
      statuses.clear();
    },
  };
}

function isInitialEnd(event: WatchEvent): boolean {
  return event.object.metadata.annotations?.["k8s.io/initial-events-end"] === "true";
}

function noWatchList(): KubeError {
  return new KubeError({ code: 422, reason: "NoWatchList", message: "the server does not stream the initial state." });
}

/** The feature is off, or the server is too old: pages are the way then. */
function refusesWatchList(error: KubeError): boolean {
  if (error.reason === "NoWatchList") return true;
  return (error.code === 400 || error.code === 422) && /sendInitialEvents|resourceVersionMatch/.test(error.message);
}

function isNotServed(error: KubeError): boolean {
  return (
    error.code === 404 && !error.retryable && (error.reason === "UnknownKind" || error.details["name"] === undefined)
  );
}

function asKubeError(cause: unknown): KubeError {
  if (isKubeError(cause)) return cause;
  const words = cause instanceof Error ? cause.message : String(cause);
  return new KubeError({ code: 0, reason: "Internal", message: `the watch failed: ${words}.`, cause });
}

function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason as Error);
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason as Error);
  signal.addEventListener("abort", abort, { once: true });
  return Promise.race([promise, aborted.promise]).finally(() => signal.removeEventListener("abort", abort));
}
