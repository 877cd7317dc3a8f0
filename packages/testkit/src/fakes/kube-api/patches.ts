import { FakeStatus } from "./status.ts";
import type { Json } from "./types.ts";
import { isJson } from "./types.ts";

/** RFC 7386. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isJson(patch)) return patch;
  const result: Json = isJson(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = mergePatch(result[name], value);
  }
  return result;
}

/** Like a merge patch, but lists of named objects are merged by name; `$patch: delete` removes an entry. */
export function strategicPatch(target: unknown, patch: unknown): unknown {
  if (Array.isArray(patch)) return isNamedList(patch) && Array.isArray(target) ? mergeNamed(target, patch) : patch;
  if (!isJson(patch)) return patch;
  const result: Json = isJson(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = strategicPatch(result[name], value);
  }
  return result;
}

function mergeNamed(target: unknown[], patch: Json[]): unknown[] {
  const result = [...target];
  for (const entry of patch) {
    const at = result.findIndex((old) => isJson(old) && old["name"] === entry["name"]);
    if (entry["$patch"] === "delete") {
      if (at !== -1) result.splice(at, 1);
    } else if (at === -1) result.push(entry);
    else result[at] = strategicPatch(result[at], entry);
  }
  return result;
}

export function isNamedList(list: unknown): list is Json[] {
  return (
    Array.isArray(list) && list.length > 0 && list.every((entry) => isJson(entry) && typeof entry["name"] === "string")
  );
}

/** RFC 6902 without `move` and `copy`. */
export function jsonPatch(target: Json, operations: unknown): Json {
  if (!Array.isArray(operations)) throw new FakeStatus(400, "BadRequest", "a JSON patch must be a list");
  const result = structuredClone(target);
  for (const operation of operations.filter(isJson)) {
    const parts = String(operation["path"])
      .split("/")
      .slice(1)
      .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
    const last = parts.pop() ?? "";
    let at: unknown = result;
    for (const part of parts) at = isJson(at) ? at[part] : Array.isArray(at) ? at[Number(part)] : undefined;
    applyOperation(at, last, operation);
  }
  return result;
}

function applyOperation(at: unknown, last: string, operation: Json): void {
  const { op, value } = operation;
  const failed = new FakeStatus(422, "Invalid", `the server rejected our request due to an error in our request`);
  if (Array.isArray(at)) {
    const index = last === "-" ? at.length : Number(last);
    if (op === "add") at.splice(index, 0, value);
    else if (op === "remove") at.splice(index, 1);
    else if (op === "replace") at[index] = value;
    else if (op === "test" && JSON.stringify(at[index]) !== JSON.stringify(value)) throw failed;
    return;
  }
  if (!isJson(at)) throw failed;
  if (op === "test" ? JSON.stringify(at[last]) !== JSON.stringify(value) : op !== "add" && !(last in at)) throw failed;
  if (op === "remove") delete at[last];
  else if (op === "add" || op === "replace") at[last] = value;
}
