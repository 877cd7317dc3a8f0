import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import { createObjectStore, type Change, type ObjectStore } from "@gennaker/kube-client/watch/object-store.ts";
import { plainJudge } from "../health/judge.ts";
import type { Caches } from "../inventory/caches.ts";
import { watchedKinds } from "../inventory/watched-kinds.ts";

export type HeldCaches = Caches & {
  put(...objects: KubeObject[]): void;
  drop(kind: string, namespace: string, name: string): void;
};

/** The copies without a cluster: they hold what tests put in, transformed and indexed as watches would. */
export function heldCaches(...objects: KubeObject[]): HeldCaches {
  const kinds = watchedKinds();
  const stores = new Map<string, ObjectStore>(kinds.map(({ kind, indexes }) => [kind, createObjectStore(indexes)]));
  const transforms = new Map(kinds.map(({ kind, transform }) => [kind, transform]));
  const listeners = new Set<(kind: string, change: Change) => void>();
  const storeOf = (kind: string): ObjectStore => {
    const store = stores.get(kind);
    if (store === undefined) throw new Error(`${kind} is not watched`);
    return store;
  };
  const keyOf = (namespace: string, name: string) => (namespace === "" ? name : `${namespace}/${name}`);
  const tell = (kind: string, change: Change) => listeners.forEach((listener) => listener(kind, change));
  const caches: HeldCaches = {
    judge: plainJudge,
    get: (kind, namespace, name) => storeOf(kind).get(keyOf(namespace, name)),
    list: (kind) => storeOf(kind).all(),
    byIndex: (kind, index, value) => storeOf(kind).byIndex(index, value),
    namespacesOf: (kind) => storeOf(kind).indexValues("namespace"),
    knows: () => true,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onStatus: () => () => undefined,
    statuses: () => [],
    ready: async () => undefined,
    close: async () => undefined,
    put(...added) {
      for (const given of added) {
        const store = storeOf(given.kind);
        const object = transforms.get(given.kind)?.(structuredClone(given)) ?? given;
        const previous = store.get(keyOf(given.metadata.namespace ?? "", given.metadata.name ?? "")) ?? null;
        store.set(object);
        tell(given.kind, { type: previous === null ? "added" : "updated", object, previous });
      }
    },
    drop(kind, namespace, name) {
      const object = caches.get(kind, namespace, name);
      if (object === undefined) return;
      storeOf(kind).delete(keyOf(namespace, name));
      tell(kind, { type: "deleted", object, previous: object });
    },
  };
  caches.put(...objects);
  return caches;
}
