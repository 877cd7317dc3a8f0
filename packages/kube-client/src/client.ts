import type { Readable } from "node:stream";
import type { KubeConnection } from "./config/connection.ts";
import type { Exchange, Sender } from "./http/sender.ts";
import { createSender } from "./http/sender.ts";
import { createSlices } from "./http/slices.ts";
import { isNotFound, noticeGone } from "./resources/not-found.ts";
import type { KubeMetrics } from "./metrics.ts";
import type { KindRef, KubeObject, ObjectRef, WatchEvent } from "./objects.ts";
import { createDiscovery, type Discovery } from "./resources/discovery.ts";
import { listAll, type ListOptions } from "./resources/list-all.ts";
import type { Resource } from "./resources/resource.ts";
import { resourceName, resourcePath } from "./resources/resource.ts";
import { watchStream, type WatchOptions } from "./resources/watch-stream.ts";
import { changeQuery, deleteBody, type ChangeOptions, type DeleteOptions } from "./resources/change-options.ts";

export type CallOptions = { signal?: AbortSignal | undefined; timeoutMs?: number; subresource?: string };
export type ListResult = { items: KubeObject[]; resourceVersion: string };
export type PatchType = "json" | "merge" | "strategic";

export type KubeClientOptions = {
  /** Sent with every change, unless a call names another: who owns the fields. Default `gennaker`. */
  fieldManager?: string;
  userAgent?: string;
  /** For one call with its retries. Default 30 s. */
  timeoutMs?: number;
  /** Repeats of calls that failed and may be repeated. Default 4. */
  retries?: number;
  metrics?: KubeMetrics;
  /** See `createDiscovery`. */
  discovery?: { maxAgeMs?: number; minRefreshMs?: number };
};

/**
 * Talks to one API server as one user. All failures are `KubeError`; the caller's own abort reason is thrown as it is.
 * Kinds are found by discovery; an address that answers 404 makes the client look at the served kinds anew.
 */
export type KubeClient = {
  connection: KubeConnection;
  metrics: KubeMetrics;
  discovery: Discovery;
  get(ref: ObjectRef, options?: CallOptions): Promise<KubeObject>;
  /** Like `get`, but null where the object does not exist. An unknown kind still throws. */
  find(ref: ObjectRef, options?: CallOptions): Promise<KubeObject | null>;
  list(kind: KindRef, options?: ListOptions): Promise<ListResult>;
  /** Lists object by object; `begin` is called whenever the list starts (again). Returns the resource version. */
  scan(kind: KindRef, options: ListOptions, handlers: { begin(): void; item(item: KubeObject): void }): Promise<string>;
  watch(kind: KindRef, options: WatchOptions): AsyncGenerator<WatchEvent, void, undefined>;
  create(object: KubeObject, options?: ChangeOptions): Promise<KubeObject>;
  /** Writes the whole object; with `metadata.resourceVersion` only over that version. */
  replace(object: KubeObject, options?: ChangeOptions): Promise<KubeObject>;
  patch(ref: ObjectRef, type: PatchType, patch: unknown, options?: ChangeOptions): Promise<KubeObject>;
  /** Server-side apply. A conflict throws a `KubeError` whose `conflicts` name field and owner. */
  apply(object: KubeObject, options?: ChangeOptions & { force?: boolean }): Promise<KubeObject>;
  /** Returns false where the object was gone already. */
  delete(ref: ObjectRef, options?: DeleteOptions): Promise<boolean>;
  deleteAll(kind: KindRef, options: DeleteOptions & { namespace?: string; labelSelector?: string }): Promise<void>;
  /** `{spec: {replicas}, status: {replicas, selector}}` of a kind with a scale subresource. */
  scale(ref: ObjectRef, replicas: number, options?: ChangeOptions): Promise<KubeObject>;
  /** Deletes a pod unless a disruption budget forbids it (429, reason `TooManyRequests`). */
  evict(ref: { namespace: string; name: string }, options?: DeleteOptions): Promise<void>;
  /** `{gitVersion, major, minor …}` */
  version(options?: CallOptions): Promise<Record<string, unknown>>;
  /** Any other path: `client.raw({verb, resource, method, path})`. */
  raw(exchange: Exchange): Promise<unknown>;
  rawStream(exchange: Exchange): Promise<Readable>;
  sender: Sender;
  close(): Promise<void>;
};

const patchTypes = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
};

export function createKubeClient(connection: KubeConnection, options: KubeClientOptions = {}): KubeClient {
  const { fieldManager = "gennaker", metrics = {} } = options;
  const sender = createSender(connection, {
    userAgent: options.userAgent ?? "gennaker",
    timeoutMs: options.timeoutMs ?? 30_000,
    retries: options.retries ?? 4,
    metrics,
  });
  const discovery = createDiscovery(sender, options.discovery);

  function target(ref: { kind: Resource; namespace?: string | undefined; name?: string; subresource?: string }) {
    const namespace = ref.namespace === undefined || ref.namespace === "" ? connection.namespace : ref.namespace;
    return resourcePath(ref.kind, { namespace, name: ref.name, subresource: ref.subresource });
  }

  async function call(
    ref: KindRef & { name?: string; namespace?: string | undefined },
    exchange: Omit<Exchange, "resource" | "path">,
    at: CallOptions,
  ): Promise<KubeObject> {
    const kind = await discovery.resolve(ref);
    const path = target({
      kind,
      namespace: ref.namespace,
      ...(ref.name === undefined ? {} : { name: ref.name }),
      ...(at.subresource === undefined ? {} : { subresource: at.subresource }),
    });
    return (await noticeGone(discovery, () =>
      sender.json({
        ...exchange,
        resource: resourceName(kind),
        path,
        signal: at.signal,
        ...(at.timeoutMs === undefined ? {} : { timeoutMs: at.timeoutMs }),
      }),
    )) as KubeObject;
  }

  const refOf = (object: KubeObject): ObjectRef => ({
    apiVersion: object.apiVersion,
    kind: object.kind,
    name: object.metadata.name ?? "",
    namespace: object.metadata.namespace,
  });
  const query = (given: ChangeOptions) => changeQuery(given, fieldManager);

  const client: KubeClient = {
    connection,
    metrics,
    discovery,
    sender,
    get: (ref, at = {}) => call(ref, { verb: "get", method: "GET" }, at),
    async find(ref, at = {}) {
      try {
        return await client.get(ref, at);
      } catch (error) {
        if (isNotFound(error)) return null;
        throw error;
      }
    },
    async list(kind, given = {}) {
      let items: KubeObject[] = [];
      const resourceVersion = await client.scan(kind, given, {
        begin: () => (items = []),
        item: (item) => items.push(item),
      });
      return { items, resourceVersion };
    },
    async scan(kind, given, handlers) {
      const resource = await discovery.resolve(kind);
      return (await noticeGone(discovery, () => listAll(sender, resource, given, handlers))).resourceVersion;
    },
    async *watch(kind, given) {
      const resource = await discovery.resolve(kind);
      yield* watchStream(sender, resource, given, createSlices());
    },
    create: (object, at = {}) => {
      const { name: _ignored, ...collection } = refOf(object);
      return call(collection, { verb: "create", method: "POST", body: object, query: query(at) }, at);
    },
    replace: (object, at = {}) =>
      call(refOf(object), { verb: "update", method: "PUT", body: object, query: query(at) }, at),
    patch: (ref, type, patch, at = {}) =>
      call(ref, { verb: "patch", method: "PATCH", body: patch, contentType: patchTypes[type], query: query(at) }, at),
    apply: (object, at = {}) =>
      call(
        refOf(object),
        {
          verb: "apply",
          method: "PATCH",
          body: withoutServerFields(object),
          contentType: "application/apply-patch+yaml",
          query: { ...query(at), force: at.force },
        },
        at,
      ),
    async delete(ref, at = {}) {
      try {
        await call(ref, { verb: "delete", method: "DELETE", body: deleteBody(at) }, at);
        return true;
      } catch (error) {
        if (isNotFound(error)) return false;
        throw error;
      }
    },
    async deleteAll(kind, at) {
      const body = deleteBody(at);
      const selected = { labelSelector: at.labelSelector };
      await call(
        { ...kind, namespace: at.namespace },
        { verb: "deletecollection", method: "DELETE", body, query: selected },
        at,
      );
    },
    scale: (ref, replicas, at = {}) =>
      client.patch(ref, "merge", { spec: { replicas } }, { ...at, subresource: "scale" }),
    async evict({ namespace, name }, at = {}) {
      const body = {
        apiVersion: "policy/v1",
        kind: "Eviction",
        metadata: { name, namespace },
        deleteOptions: deleteBody(at),
      };
      await sender.json({
        verb: "create",
        resource: "pods",
        method: "POST",
        path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/eviction`,
        body,
        signal: at.signal,
        // A budget's refusal is an answer, not a storm: the caller decides when to ask again.
        retries: 0,
      });
    },
    version: async (at = {}) =>
      (await sender.json({ verb: "get", resource: "version", method: "GET", path: "/version", ...at })) as Record<
        string,
        unknown
      >,
    raw: (exchange) => sender.json(exchange),
    rawStream: (exchange) => sender.stream(exchange),
    close: () => sender.close(),
  };
  return client;
}

/** Apply configurations must not carry what the server writes. */
function withoutServerFields(object: KubeObject): KubeObject {
  const { managedFields: _fields, creationTimestamp: _created, generation: _generation, ...metadata } = object.metadata;
  return { ...object, metadata };
}
