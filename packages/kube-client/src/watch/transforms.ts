import { isRecord, type KubeObject } from "../objects.ts";

/** Changes an object before it is kept. May change its argument, which nobody else holds. */
export type Transform = (object: KubeObject) => KubeObject;

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** Drops what the server keeps for its own book-keeping: often half of an object. */
export const dropManagedFields: Transform = (object) => {
  delete object.metadata.managedFields;
  return object;
};

/** Drops kubectl's copy of the whole manifest. */
export const dropLastApplied: Transform = (object) => {
  const { annotations } = object.metadata;
  if (annotations !== undefined) delete annotations[lastApplied];
  return object;
};

export function compose(...transforms: readonly Transform[]): Transform {
  return (object) => transforms.reduce((result, transform) => transform(result), object);
}

type Tree = { keep: boolean; children: Map<string, Tree> };

/**
 * Keeps only the fields named, as `spec.containers.image`; lists are passed through. Name, namespace, uid, versions,
 * times of creation and deletion, labels, annotations and owners always stay. Only what is kept takes memory.
 */
export function keepFields(paths: readonly string[]): Transform {
  const root = treeOf([...alwaysKept, ...paths]);
  return (object) => pick(object, root) as KubeObject;
}

const alwaysKept = ["apiVersion", "kind"].concat(
  [
    "name",
    "namespace",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "labels",
    "annotations",
    "ownerReferences",
    "finalizers",
  ].map((field) => `metadata.${field}`),
);

function treeOf(paths: readonly string[]): Tree {
  const root: Tree = { keep: false, children: new Map() };
  for (const path of paths) {
    let at = root;
    for (const part of path.split(".")) {
      const next = at.children.get(part) ?? { keep: false, children: new Map<string, Tree>() };
      at.children.set(part, next);
      at = next;
    }
    at.keep = true;
  }
  return root;
}

function pick(value: unknown, tree: Tree): unknown {
  if (tree.keep) return value;
  if (Array.isArray(value)) return value.map((entry) => pick(entry, tree));
  if (!isRecord(value)) return value;
  const result: Record<string, unknown> = {};
  for (const [name, child] of tree.children) {
    if (value[name] !== undefined) result[name] = pick(value[name], child);
  }
  return result;
}

/**
 * Makes equal texts of different objects one text in memory. Labels, images, node names and the like repeat over
 * thousands of objects. Texts longer than `maxLength` are left alone; the pool forgets everything at `maxEntries`.
 */
export function shareTexts(maxLength = 128, maxEntries = 20_000): Transform {
  const pool = new Map<string, string>();
  const share = (value: unknown): unknown => {
    if (typeof value === "string") {
      if (value.length > maxLength) return value;
      const known = pool.get(value);
      if (known !== undefined) return known;
      if (pool.size >= maxEntries) pool.clear();
      pool.set(value, value);
      return value;
    }
    if (Array.isArray(value)) {
      for (const [at, entry] of value.entries()) value[at] = share(entry);
    } else if (isRecord(value)) {
      for (const [name, entry] of Object.entries(value)) {
        const shared = share(entry);
        // Lists and objects change in place; a hostile key must not reach the prototype.
        if (typeof entry === "string" && name !== "__proto__") value[name] = shared;
      }
    }
    return value;
  };
  return (object) => share(object) as KubeObject;
}
