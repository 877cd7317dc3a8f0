import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { annotation } from "./annotations.ts";
import { kindOf, rulesOfKind } from "./kinds.ts";
import { equalJson, metadataOf } from "./manifest.ts";

/** One field that differs. `path` is for people: `spec.template.spec.containers[web].image`. */
export type FieldChange = { op: "add" | "remove" | "change"; path: string; before?: Json; after?: Json };

/** What stands in place of a secret. */
export const hidden = "(hidden)";

const serverFields = [
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "managedFields",
  "selfLink",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
];
/** Written by controllers or by the apply itself: no part of what people compare. */
const bookkeeping = [annotation.lastApplied, annotation.deploymentRevision];

/** An object without what only the server and its controllers write. */
export function comparable(object: JsonObject): JsonObject {
  const { status: _status, ...rest } = object;
  const metadata = { ...metadataOf(object) };
  for (const field of serverFields) delete metadata[field];
  if (isJsonObject(metadata["annotations"] ?? null)) {
    const annotations = { ...(metadata["annotations"] as JsonObject) };
    for (const key of bookkeeping) delete annotations[key];
    if (Object.keys(annotations).length === 0) delete metadata["annotations"];
    else metadata["annotations"] = annotations;
  }
  return { ...rest, metadata };
}

/** What differs between two objects, as `comparable` gives them. Entries of lists are told apart by their key. */
export function fieldChanges(before: JsonObject, after: JsonObject): FieldChange[] {
  const changes: FieldChange[] = [];
  compareObjects(before, after, "", changes);
  return changes;
}

/** The same changes without the contents of secrets: which keys changed can be seen, and nothing more. */
export function maskChanges(object: JsonObject, changes: readonly FieldChange[]): FieldChange[] {
  const fields = rulesOfKind(kindOf(object)).secretFields;
  const secret = (path: string): boolean => fields.some((field) => path === field || /^[.[]/.test(rest(path, field)));
  return changes.map((change) => {
    if (!secret(change.path)) return change;
    const { op, path, before, after } = change;
    return {
      op,
      path,
      ...(before === undefined ? {} : { before: masked(before) }),
      ...(after === undefined ? {} : { after: masked(after) }),
    };
  });
}

const rest = (path: string, field: string): string => (path.startsWith(field) ? path.slice(field.length) : "");

/** An object with every value of its secret fields hidden. */
export function maskSecrets(object: JsonObject): JsonObject {
  const fields = rulesOfKind(kindOf(object)).secretFields.filter((field) => object[field] !== undefined);
  return { ...object, ...Object.fromEntries(fields.map((field) => [field, masked(object[field] ?? null)])) };
}

function masked(value: Json): Json {
  if (!isJsonObject(value)) return hidden;
  return Object.fromEntries(Object.keys(value).map((key) => [key, hidden]));
}

function compareObjects(before: JsonObject, after: JsonObject, path: string, changes: FieldChange[]): void {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
    compare(before[key], after[key], joined(path, key), changes);
}

function compare(before: Json | undefined, after: Json | undefined, path: string, changes: FieldChange[]): void {
  if (equalJson(before, after)) return;
  if (before === undefined) changes.push({ op: "add", path, after: after ?? null });
  else if (after === undefined) changes.push({ op: "remove", path, before });
  else if (isJsonObject(before) && isJsonObject(after)) compareObjects(before, after, path, changes);
  else if (Array.isArray(before) && Array.isArray(after)) compareLists(before, after, path, changes);
  else changes.push({ op: "change", path, before, after });
}

function compareLists(before: readonly Json[], after: readonly Json[], path: string, changes: FieldChange[]): void {
  const key = keyOfEntries([...before, ...after], [before, after]);
  if (key !== null) return compareKeyed(before as JsonObject[], after as JsonObject[], key, path, changes);
  if (![...before, ...after].every(isJsonObject) || before.length !== after.length) {
    changes.push({ op: "change", path, before: [...before], after: [...after] });
    return;
  }
  for (const [index, item] of before.entries()) compare(item, after[index], `${path}[${index}]`, changes);
}

function compareKeyed(
  before: readonly JsonObject[],
  after: readonly JsonObject[],
  key: string,
  path: string,
  changes: FieldChange[],
): void {
  const valueOf = (entry: JsonObject): string => String(entry[key]);
  const under = (list: readonly JsonObject[], value: string) => list.find((entry) => valueOf(entry) === value);
  const names = [...new Set([...before, ...after].map(valueOf))];
  for (const name of names) compare(under(before, name), under(after, name), `${path}[${name}]`, changes);
  // The order counts: init containers run by it, and of two variables the later sees the earlier.
  const common = (list: readonly JsonObject[], other: readonly JsonObject[]): string[] =>
    list.map(valueOf).filter((value) => under(other, value) !== undefined);
  const [was, is] = [common(before, after), common(after, before)];
  if (!equalJson(was, is)) changes.push({ op: "change", path: `${path} (order)`, before: was, after: is });
}

/** Fields by which Kubernetes tells entries of lists apart, the commonest first. */
const keys = ["name", "mountPath", "devicePath", "containerPort", "port", "key", "topologyKey", "ip", "host", "type"];

/** The field that every entry has, once in each list; null where there is none. */
function keyOfEntries(all: readonly Json[], lists: readonly (readonly Json[])[]): string | null {
  if (!all.every(isJsonObject)) return null;
  const usable = (key: string): boolean =>
    lists.every((list) => {
      const values = (list as readonly JsonObject[]).map((entry) => entry[key]);
      return (
        values.every((value) => typeof value === "string" || typeof value === "number") &&
        new Set(values).size === values.length
      );
    });
  return keys.find(usable) ?? null;
}

function joined(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `${path}["${key}"]`;
  return path === "" ? key : `${path}.${key}`;
}
