import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";

/** RFC 7386. */
export function applyMergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  const result: JsonObject = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else if (isJsonObject(value))
      result[key] = applyMergePatch(isJsonObject(result[key] ?? null) ? (result[key] as JsonObject) : {}, value);
    else result[key] = value;
  }
  return result;
}

/** Kubernetes' strategic merge for lists of named entries, with its orders to delete and to retain keys. */
export function applyStrategicPatch(target: JsonObject, patch: JsonObject): JsonObject {
  const result: JsonObject = { ...target };
  const { $retainKeys: retained, ...changes } = patch;
  for (const [key, value] of Object.entries(changes)) {
    const current = result[key];
    if (value === null) delete result[key];
    else if (isJsonObject(value))
      result[key] = applyStrategicPatch(isJsonObject(current ?? null) ? (current as JsonObject) : {}, value);
    else if (Array.isArray(value) && Array.isArray(current)) result[key] = mergeLists(current, value);
    else result[key] = value;
  }
  if (Array.isArray(retained)) for (const key of Object.keys(result)) if (!retained.includes(key)) delete result[key];
  return result;
}

function mergeLists(current: Json[], patch: Json[]): Json[] {
  if (![...current, ...patch].every((item) => isJsonObject(item) && typeof item["name"] === "string")) return patch;
  const result = [...(current as JsonObject[])];
  for (const entry of patch as JsonObject[]) {
    const index = result.findIndex(({ name }) => name === entry["name"]);
    if (entry["$patch"] === "delete") result.splice(index, index === -1 ? 0 : 1);
    else if (index === -1) result.push(entry);
    else result[index] = applyStrategicPatch(result[index] ?? {}, entry);
  }
  return result;
}

/** RFC 6902, as far as stages use it: add, replace and remove of members of objects and lists. */
export function applyJsonPatch(target: JsonObject, patch: readonly JsonObject[]): JsonObject {
  const result = structuredClone(target);
  for (const { op, path, value } of patch) {
    const keys = String(path)
      .split("/")
      .slice(1)
      .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
    const last = keys.pop() ?? "";
    let holder: Json = result;
    for (const key of keys) {
      const inner: Json | undefined = Array.isArray(holder)
        ? holder[Number(key)]
        : isJsonObject(holder)
          ? holder[key]
          : undefined;
      if (inner === undefined || inner === null) throw new Error(`json patch: ${String(path)} does not exist`);
      holder = inner;
    }
    if (Array.isArray(holder)) {
      if (op === "remove") holder.splice(Number(last), 1);
      else if (last === "-") holder.push(value ?? null);
      else holder[Number(last)] = value ?? null;
    } else if (isJsonObject(holder)) {
      if (op !== "add" && !Object.hasOwn(holder, last)) throw new Error(`json patch: ${String(path)} does not exist`);
      if (op === "remove") delete holder[last];
      else holder[last] = value ?? null;
    }
  }
  return result;
}
