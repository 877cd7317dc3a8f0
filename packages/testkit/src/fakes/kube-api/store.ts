import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { conflict, expired, FakeStatus, notFound } from "./status.ts";
import type { FakeKind, StoredObject } from "./types.ts";
import { kindKey } from "./types.ts";

export type Change = { type: "ADDED" | "MODIFIED" | "DELETED"; object: StoredObject; previous: StoredObject | null };

type Table = {
  objects: Map<string, StoredObject>;
  history: Change[];
  forgottenUpTo: number;
  listeners: Set<(c: Change) => void>;
};

/** A watch from before this version is answered with 410, as by a server that has just started. */
const firstVersion = 100;

/**
 * Objects with one counter of resource versions, as etcd has it, and per kind the last `windowSize` changes, as the
 * watch cache keeps them: a watch from before the window is answered with 410.
 */
export function createFakeStore(options: { windowSize: number; now: () => Date }) {
  const tables = new Map<string, Table>();
  let version = firstVersion;

  const table = (kind: FakeKind): Table => {
    const key = kindKey(kind);
    let found = tables.get(key);
    if (found === undefined) {
      found = { objects: new Map(), history: [], forgottenUpTo: firstVersion, listeners: new Set() };
      tables.set(key, found);
    }
    return found;
  };
  const keyOf = (namespace: string | undefined, name: string) => `${namespace ?? ""}/${name}`;

  function record(kind: FakeKind, change: Change): void {
    const { objects, history, listeners } = table(kind);
    const { metadata } = change.object;
    const key = keyOf(metadata.namespace, metadata.name);
    if (change.type === "DELETED") objects.delete(key);
    else objects.set(key, change.object);
    history.push(change);
    while (history.length > options.windowSize) forget(table(kind));
    for (const listener of listeners) listener(change);
  }

  function forget(from: Table): void {
    const gone = from.history.shift();
    if (gone !== undefined) from.forgottenUpTo = Number(gone.object.metadata.resourceVersion);
  }

  const next = () => String((version += 1));

  return {
    resourceVersion: () => String(version),
    get: (kind: FakeKind, namespace: string | undefined, name: string): StoredObject => {
      const found = table(kind).objects.get(keyOf(namespace, name));
      if (found === undefined) throw notFound(kindKey(kind), name);
      return found;
    },
    has: (kind: FakeKind, namespace: string | undefined, name: string) =>
      table(kind).objects.has(keyOf(namespace, name)),
    list: (kind: FakeKind, namespace: string | undefined): StoredObject[] =>
      [...table(kind).objects]
        .filter(([, object]) => namespace === undefined || object.metadata.namespace === namespace)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([, object]) => object),
    create(kind: FakeKind, object: StoredObject, dryRun = false): StoredObject {
      const name =
        object.metadata.name || `${String(object.metadata["generateName"] ?? "")}${randomUUID().slice(0, 5)}`;
      if (table(kind).objects.has(keyOf(object.metadata.namespace, name))) {
        throw new FakeStatus(409, "AlreadyExists", `${kindKey(kind)} "${name}" already exists`, { name });
      }
      const stored: StoredObject = {
        ...object,
        metadata: {
          ...object.metadata,
          name,
          uid: randomUUID(),
          resourceVersion: dryRun ? "" : next(),
          generation: 1,
          creationTimestamp: options.now().toISOString(),
        },
      };
      if (!dryRun) record(kind, { type: "ADDED", object: stored, previous: null });
      return stored;
    },
    /** Writes over `previous`; a resource version in `object` must be the stored one. Nothing changed: nothing is written. */
    update(kind: FakeKind, previous: StoredObject, object: StoredObject, dryRun = false): StoredObject {
      const { resourceVersion, uid } = object.metadata;
      const { name } = previous.metadata;
      if (resourceVersion && resourceVersion !== previous.metadata.resourceVersion) throw conflict(kindKey(kind), name);
      if (uid && uid !== previous.metadata.uid) throw conflict(kindKey(kind), name);
      const kept = {
        uid: previous.metadata.uid,
        resourceVersion: previous.metadata.resourceVersion,
        creationTimestamp: previous.metadata.creationTimestamp ?? "",
        generation: (previous.metadata.generation ?? 1) + (isDeepStrictEqual(previous["spec"], object["spec"]) ? 0 : 1),
        ...(previous.metadata.deletionTimestamp ? { deletionTimestamp: previous.metadata.deletionTimestamp } : {}),
      };
      const stored: StoredObject = { ...object, metadata: { ...object.metadata, ...kept } };
      if (isDeepStrictEqual(stored, previous) || dryRun) return stored;
      stored.metadata.resourceVersion = next();
      const finished =
        stored.metadata.deletionTimestamp !== undefined && (stored.metadata.finalizers ?? []).length === 0;
      record(kind, { type: finished ? "DELETED" : "MODIFIED", object: stored, previous });
      return stored;
    },
    /** With finalizers the object is only marked. */
    remove(kind: FakeKind, previous: StoredObject): StoredObject {
      const marked = (previous.metadata.finalizers ?? []).length > 0;
      if (marked && previous.metadata.deletionTimestamp !== undefined) return previous;
      const stored: StoredObject = {
        ...previous,
        metadata: {
          ...previous.metadata,
          resourceVersion: next(),
          ...(marked ? { deletionTimestamp: options.now().toISOString() } : {}),
        },
      };
      record(kind, { type: marked ? "MODIFIED" : "DELETED", object: stored, previous });
      return stored;
    },
    /** The changes after a resource version, or 410. */
    since(kind: FakeKind, resourceVersion: string): Change[] {
      const from = Number(resourceVersion);
      const { history, forgottenUpTo } = table(kind);
      if (from < forgottenUpTo) throw expired();
      return history.filter((change) => Number(change.object.metadata.resourceVersion) > from);
    },
    subscribe(kind: FakeKind, listener: (change: Change) => void): () => void {
      const { listeners } = table(kind);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Forgets all history, as a compaction does: every older resource version is answered with 410. */
    compact(): void {
      for (const entry of tables.values()) {
        entry.history.length = 0;
        entry.forgottenUpTo = version;
      }
    },
    /** As a restore from a backup: the counter goes back, the history is gone, objects stay. */
    rewind(): void {
      version = firstVersion;
      for (const entry of tables.values()) entry.history.length = 0;
    },
    /** The kind is not served any more: its objects vanish with it. */
    dropKind(kind: FakeKind): void {
      tables.delete(kindKey(kind));
    },
  };
}

export type FakeStore = ReturnType<typeof createFakeStore>;
