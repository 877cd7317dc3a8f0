import { isDeepStrictEqual } from "node:util";
import { isNamedList } from "./patches.ts";
import { FakeStatus } from "./status.ts";
import type { Json, ManagedFields, StoredObject } from "./types.ts";
import { isJson } from "./types.ts";

type Leaf = { path: string[]; value: unknown };
type Manager = { manager: string; operation: "Apply" | "Update"; subresource?: string | undefined };

/**
 * Server-side apply in a simple form: leaves are owned, lists of named objects are maps, all other lists are one leaf.
 * Enough for conflicts, force, shared ownership, and removal of what a manager does not apply any more.
 */
export function applyFields(
  live: StoredObject | null,
  config: StoredObject,
  as: Manager,
  force: boolean,
  now: Date,
): StoredObject {
  const wanted = leavesOf(config);
  const entries = (live?.metadata.managedFields ?? []).map((entry) => ({ entry, keys: keysOf(entry) }));
  const mine = entries.find(({ entry }) => sameManager(entry, as));
  const liveLeaves = new Map((live === null ? [] : leavesOf(live)).map((leaf) => [keyOf(leaf.path), leaf]));
  const contested = wanted.flatMap((leaf) => {
    const current = liveLeaves.get(keyOf(leaf.path));
    if (current === undefined || isDeepStrictEqual(current.value, leaf.value)) return [];
    return entries
      .filter(({ entry, keys }) => !sameManager(entry, as) && keys.has(keyOf(leaf.path)))
      .map(({ entry }) => ({ leaf, entry }));
  });
  if (contested.length > 0 && !force) throw conflictStatus(contested, config.metadata.name);

  let result = mergeConfig(live ?? config, config) as StoredObject;
  const wantedKeys = new Set(wanted.map((leaf) => keyOf(leaf.path)));
  for (const key of mine?.keys ?? []) {
    const shared = entries.some(({ entry, keys }) => !sameManager(entry, as) && keys.has(key));
    if (!wantedKeys.has(key) && !shared) result = removeLeaf(result, key.split("\0")) as StoredObject;
  }
  const taken = new Set(contested.map(({ leaf }) => keyOf(leaf.path)));
  return withManagers(result, entries, as, wantedKeys, (key, entry) => !sameManager(entry, as) && !taken.has(key), now);
}

/** After an ordinary write: what changed belongs to the writer now. */
export function ownChanges(previous: StoredObject | null, object: StoredObject, as: Manager, now: Date): StoredObject {
  const before = new Map((previous === null ? [] : leavesOf(previous)).map((leaf) => [keyOf(leaf.path), leaf.value]));
  const after = new Map(leavesOf(object).map((leaf) => [keyOf(leaf.path), leaf.value]));
  const changed = new Set(
    [...after].filter(([key, value]) => !isDeepStrictEqual(before.get(key), value)).map(([key]) => key),
  );
  const entries = (previous?.metadata.managedFields ?? []).map((entry) => ({ entry, keys: keysOf(entry) }));
  const removed = [...before.keys()].some((key) => !after.has(key));
  if (changed.size === 0 && !removed) {
    return {
      ...object,
      metadata: {
        ...object.metadata,
        ...(previous?.metadata.managedFields ? { managedFields: previous.metadata.managedFields } : {}),
      },
    };
  }
  const own = new Set(
    [...changed, ...(entries.find(({ entry }) => sameManager(entry, as))?.keys ?? [])].filter((key) => after.has(key)),
  );
  const keep = (key: string, entry: ManagedFields) => !sameManager(entry, as) && after.has(key) && !changed.has(key);
  return withManagers(object, entries, as, own, keep, now);
}

function withManagers(
  object: StoredObject,
  entries: readonly { entry: ManagedFields; keys: Set<string> }[],
  as: Manager,
  own: ReadonlySet<string>,
  keep: (key: string, entry: ManagedFields) => boolean,
  now: Date,
): StoredObject {
  const others = entries
    .map(({ entry, keys }) => ({ ...entry, fieldsV1: treeOf([...keys].filter((key) => keep(key, entry))) }))
    .filter((entry) => Object.keys(entry.fieldsV1).length > 0);
  const old = entries.find(({ entry }) => sameManager(entry, as))?.entry;
  const fieldsV1 = treeOf([...own]);
  const time = old !== undefined && isDeepStrictEqual(old.fieldsV1, fieldsV1) ? old.time : now.toISOString();
  const mine: ManagedFields[] =
    own.size === 0
      ? []
      : [
          {
            manager: as.manager,
            operation: as.operation,
            apiVersion: object.apiVersion,
            time,
            fieldsType: "FieldsV1",
            fieldsV1,
            ...(as.subresource === undefined ? {} : { subresource: as.subresource }),
          },
        ];
  return { ...object, metadata: { ...object.metadata, managedFields: [...mine, ...others] } };
}

function conflictStatus(contested: { leaf: Leaf; entry: ManagedFields }[], name: string): FakeStatus {
  const causes = contested.map(({ leaf, entry }) => ({
    reason: "FieldManagerConflict",
    message: `conflict with "${entry.manager}"${entry.subresource ? ` with subresource "${entry.subresource}"` : ""} using ${entry.apiVersion}`,
    field: readable(leaf.path),
  }));
  const words = causes.map((cause) => `${cause.message}: ${cause.field}`).join(", ");
  return new FakeStatus(409, "Conflict", `Apply failed with ${causes.length} conflict(s): ${words}`, { name, causes });
}

function sameManager(entry: ManagedFields, as: Manager): boolean {
  return entry.manager === as.manager && entry.operation === as.operation && entry.subresource === as.subresource;
}

const serverFields = new Set(["apiVersion", "kind"]);
const ownedMeta = new Set(["labels", "annotations", "finalizers", "ownerReferences"]);

function leavesOf(object: StoredObject): Leaf[] {
  const leaves: Leaf[] = [];
  for (const [name, value] of Object.entries(object)) {
    if (serverFields.has(name)) continue;
    if (name !== "metadata") walk([`f:${name}`], value, leaves);
    else
      for (const [field, inner] of Object.entries(object.metadata))
        if (ownedMeta.has(field)) walk(["f:metadata", `f:${field}`], inner, leaves);
  }
  return leaves;
}

function walk(path: string[], value: unknown, leaves: Leaf[]): void {
  if (isJson(value) && Object.keys(value).length > 0) {
    for (const [name, inner] of Object.entries(value)) walk([...path, `f:${name}`], inner, leaves);
  } else if (isNamedList(value)) {
    for (const entry of value) walk([...path, `k:${JSON.stringify({ name: entry["name"] })}`], entry, leaves);
  } else leaves.push({ path, value });
}

function mergeConfig(live: unknown, config: unknown): unknown {
  if (isNamedList(config) && isNamedList(live)) {
    const result: unknown[] = [...live];
    for (const entry of config) {
      const at = live.findIndex((old) => old["name"] === entry["name"]);
      if (at === -1) result.push(entry);
      else result[at] = mergeConfig(live[at], entry);
    }
    return result;
  }
  if (!isJson(config) || !isJson(live)) return config;
  const result: Json = { ...live };
  for (const [name, value] of Object.entries(config))
    result[name] = name in live ? mergeConfig(live[name], value) : value;
  return result;
}

function removeLeaf(node: unknown, path: string[]): unknown {
  const [step = "", ...rest] = path;
  if (step.startsWith("k:")) {
    if (!Array.isArray(node)) return node;
    const { name } = JSON.parse(step.slice(2)) as { name: string };
    return node
      .map((entry) => (isJson(entry) && entry["name"] === name ? removeLeaf(entry, rest) : entry))
      .filter((entry) => !(isJson(entry) && Object.keys(entry).length === 0));
  }
  const field = step.slice(2);
  if (!isJson(node) || !(field in node)) return node;
  const { [field]: inner, ...others } = node;
  if (rest.length === 0) return others;
  const left = removeLeaf(inner, rest);
  return isEmpty(left) ? others : { ...node, [field]: left };
}

function isEmpty(value: unknown): boolean {
  return (isJson(value) && Object.keys(value).length === 0) || (Array.isArray(value) && value.length === 0);
}

function keyOf(path: string[]): string {
  return path.join("\0");
}

function treeOf(keys: string[]): Json {
  const tree: Json = {};
  for (const key of keys) {
    let at = tree;
    for (const step of key.split("\0")) at = (at[step] ??= {}) as Json;
  }
  return tree;
}

function keysOf(entry: ManagedFields): Set<string> {
  const keys = new Set<string>();
  const visit = (node: Json, path: string[]) => {
    const steps = Object.entries(node);
    if (steps.length === 0) keys.add(keyOf(path));
    for (const [step, inner] of steps) visit(inner as Json, [...path, step]);
  };
  if (Object.keys(entry.fieldsV1).length > 0) visit(entry.fieldsV1, []);
  return keys;
}

function readable(path: string[]): string {
  return path
    .map((step) =>
      step.startsWith("f:")
        ? `.${step.slice(2)}`
        : `[name=${JSON.stringify((JSON.parse(step.slice(2)) as Json)["name"])}]`,
    )
    .join("");
}
