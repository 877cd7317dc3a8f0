import type { Slices } from "../http/slices.ts";
import { objectKey, type KubeObject } from "../objects.ts";
import type { Change, ObjectStore } from "./object-store.ts";

/** The outcome of a list, taken together before it replaces what is known. */
export type Snapshot = {
  add(object: KubeObject): void;
  size(): number;
  clear(): void;
  entries: Map<string, KubeObject>;
};

/**
 * With `reuse` objects whose version is known already stay the ones that are kept, so that a relist costs little
 * memory and tells nothing of them.
 */
export function createSnapshot(
  store: ObjectStore,
  transform: (object: KubeObject) => KubeObject,
  reuse: boolean,
): Snapshot {
  const entries = new Map<string, KubeObject>();
  return {
    entries,
    size: () => entries.size,
    clear: () => entries.clear(),
    add(object) {
      const key = objectKey(object);
      const known = store.get(key);
      entries.set(key, reuse && known !== undefined && sameVersion(known, object) ? known : transform(object));
    },
  };
}

/**
 * Brings the store to the snapshot and tells only what differs. An object that was deleted and made anew in between
 * (another uid) is told as deleted and added.
 */
export async function reconcile(
  store: ObjectStore,
  snapshot: Snapshot,
  slices: Slices,
  emit: (change: Change) => void,
): Promise<void> {
  // Looking alone takes long where there are tens of thousands, so every turn may be the last of a slice.
  for (const key of store.keys()) {
    if (slices.due()) await slices.yield();
    const known = store.get(key);
    const listed = snapshot.entries.get(key);
    if (known === undefined || (listed !== undefined && listed.metadata.uid === known.metadata.uid)) continue;
    store.delete(key);
    emit({ type: "deleted", object: known, previous: known });
  }
  for (const [key, object] of snapshot.entries) {
    if (slices.due()) await slices.yield();
    const known = store.get(key);
    if (known === object) continue;
    store.set(object);
    emit(known === undefined ? added(object) : { type: "updated", object, previous: known });
  }
}

/** Applies one event of a watch. Doubled and outdated events change nothing. Null: nothing changed. */
export function applyEvent(
  store: ObjectStore,
  event: { type: string; object: KubeObject },
  transform: (object: KubeObject) => KubeObject,
): Change | null {
  const key = objectKey(event.object);
  const known = store.get(key);
  if (event.type === "DELETED") {
    if (known === undefined || known.metadata.uid !== event.object.metadata.uid) return null;
    store.delete(key);
    return { type: "deleted", object: transform(event.object), previous: known };
  }
  if (known !== undefined && known.metadata.uid === event.object.metadata.uid) {
    if (!isNewer(event.object.metadata.resourceVersion, known.metadata.resourceVersion)) return null;
  }
  const object = transform(event.object);
  store.set(object);
  return known === undefined ? added(object) : { type: "updated", object, previous: known };
}

function added(object: KubeObject): Change {
  return { type: "added", object, previous: null };
}

function sameVersion(a: KubeObject, b: KubeObject): boolean {
  return (
    a.metadata.resourceVersion !== undefined &&
    a.metadata.resourceVersion === b.metadata.resourceVersion &&
    a.metadata.uid === b.metadata.uid
  );
}

/** Resource versions are whole numbers of any length; anything else is taken as newer when it differs. */
function isNewer(candidate: string | undefined, known: string | undefined): boolean {
  if (candidate === undefined || known === undefined) return true;
  if (!/^[1-9]\d*$/.test(candidate) || !/^[1-9]\d*$/.test(known)) return candidate !== known;
  return candidate.length === known.length ? candidate > known : candidate.length > known.length;
}
