import { objectKey, type KubeObject } from "../objects.ts";

/** The values under which an object is found: an index by namespace returns `[namespace]`. */
export type IndexFunction = (object: KubeObject) => readonly string[];
export type Change = { type: "added" | "updated" | "deleted"; object: KubeObject; previous: KubeObject | null };

/** Objects of one kind by `namespace/name`, with indexes that follow every change. */
export type ObjectStore = {
  size(): number;
  get(key: string): KubeObject | undefined;
  keys(): IterableIterator<string>;
  all(): KubeObject[];
  /** Throws for an index that was not declared. */
  byIndex(index: string, value: string): KubeObject[];
  indexValues(index: string): string[];
  set(object: KubeObject): void;
  delete(key: string): void;
};

export function createObjectStore(indexes: Readonly<Record<string, IndexFunction>> = {}): ObjectStore {
  const objects = new Map<string, KubeObject>();
  const tables = new Map(
    Object.entries(indexes).map(([name, valuesOf]) => [name, { valuesOf, keys: new Map<string, Set<string>>() }]),
  );

  function index(key: string, object: KubeObject, add: boolean): void {
    for (const { valuesOf, keys } of tables.values()) {
      for (const value of valuesOf(object)) {
        const members = keys.get(value);
        if (add) {
          if (members === undefined) keys.set(value, new Set([key]));
          else members.add(key);
        } else if (members !== undefined) {
          members.delete(key);
          if (members.size === 0) keys.delete(value);
        }
      }
    }
  }

  function tableOf(name: string) {
    const table = tables.get(name);
    if (table === undefined) {
      throw new Error(`There is no index "${name}". Declared are: ${[...tables.keys()].join(", ") || "none"}.`);
    }
    return table;
  }

  return {
    size: () => objects.size,
    get: (key) => objects.get(key),
    keys: () => objects.keys(),
    all: () => [...objects.values()],
    byIndex(name, value) {
      const members = tableOf(name).keys.get(value);
      if (members === undefined) return [];
      return [...members].flatMap((key) => objects.get(key) ?? []);
    },
    indexValues: (name) => [...tableOf(name).keys.keys()],
    set(object) {
      const key = objectKey(object);
      const previous = objects.get(key);
      if (previous !== undefined) index(key, previous, false);
      objects.set(key, object);
      index(key, object, true);
    },
    delete(key) {
      const previous = objects.get(key);
      if (previous === undefined) return;
      index(key, previous, false);
      objects.delete(key);
    },
  };
}

export const byNamespace: IndexFunction = (object) => [object.metadata.namespace ?? ""];

/** By the uid of every owner. */
export const byOwner: IndexFunction = (object) =>
  (object.metadata.ownerReferences ?? []).map((reference) => reference.uid);

/** By one label's value; objects without the label are not in the index. */
export function byLabel(name: string): IndexFunction {
  return (object) => {
    const value = object.metadata.labels?.[name];
    return value === undefined ? [] : [value];
  };
}
