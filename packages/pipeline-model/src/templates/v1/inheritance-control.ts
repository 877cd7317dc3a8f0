import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { fault } from "../fault.ts";
import type { StageNode } from "./stages.ts";

/**
 * A stage's configuration after its `inheritanceControl`: rules {path, value} that merge into, replace or remove what
 * a path names. Paths are plain JSONPath: `$.clusters[0].tags` or `$['a']['b']`.
 */
export function controlInheritance(stage: StageNode): JsonObject {
  const config = structuredClone(stage.config) as JsonObject;
  for (const kind of ["merge", "replace", "remove"] as const) {
    const rules = stage.inheritance?.[kind];
    if (!Array.isArray(rules)) continue;
    for (const [index, rule] of rules.entries()) {
      if (isJsonObject(rule)) apply(config, kind, rule, `${stage.pointer}/inheritanceControl/${kind}/${index}`);
    }
  }
  return config;
}

function apply(config: JsonObject, kind: "merge" | "replace" | "remove", rule: JsonObject, at: string): void {
  const steps = pathSteps(String(rule["path"] ?? ""), at);
  const last = steps.pop() ?? "";
  const holder = steps.reduce<Json | undefined>(child, config);
  const old = child(holder, last);
  if (typeof holder !== "object" || holder === null || (old === undefined && kind !== "remove"))
    throw fault(`${at}/path`, `names nothing in the stage: ${String(rule["path"])}`);
  if (kind === "remove") {
    if (Array.isArray(holder)) holder.splice(Number(last), 1);
    else delete holder[last];
    return;
  }
  const value = kind === "merge" ? merged(old ?? null, rule["value"] ?? null, at) : (rule["value"] ?? null);
  if (kind === "replace" && shape(old ?? null) !== "value" && shape(old ?? null) !== shape(value))
    throw fault(`${at}/value`, `must be ${words[shape(old ?? null)]}, as what it replaces`);
  if (Array.isArray(holder)) holder[Number(last)] = value;
  else Object.defineProperty(holder, last, { value, writable: true, enumerable: true, configurable: true });
}

function merged(old: Json, value: Json, at: string): Json {
  if (Array.isArray(old) && Array.isArray(value)) return [...old, ...value];
  if (isJsonObject(old) && isJsonObject(value)) return mergeMaps(old, value, at);
  throw fault(`${at}/value`, "must be a list for a list or an object for an object: nothing else can be merged");
}

/** Maps are merged deeply, lists and values replaced; null removes. */
export function mergeMaps(old: JsonObject, value: JsonObject, at: string): JsonObject {
  const entries = new Map(Object.entries(old));
  for (const [key, item] of Object.entries(value)) {
    const before = entries.get(key);
    if (item === null && before !== undefined) entries.delete(key);
    else if (isJsonObject(before) && isJsonObject(item)) entries.set(key, mergeMaps(before, item, at));
    else if (before !== undefined && shape(before) !== "value" && shape(before) !== shape(item))
      throw fault(`${at}/value`, `must have ${words[shape(before)]} at "${key}"`);
    else entries.set(key, item);
  }
  return Object.fromEntries(entries);
}

const words = { list: "a list", map: "an object", value: "a value" } as const;

function shape(value: Json): "list" | "map" | "value" {
  return Array.isArray(value) ? "list" : isJsonObject(value) ? "map" : "value";
}

function child(holder: Json | undefined, step: string): Json | undefined {
  return typeof holder === "object" && holder !== null && Object.hasOwn(holder, step)
    ? (holder as JsonObject)[step]
    : undefined;
}

function pathSteps(path: string, at: string): string[] {
  const steps: string[] = [];
  let rest = path.replace(/^\$/, "");
  while (rest !== "") {
    const match = /^(?:\.([\w-]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\])/.exec(rest);
    if (match === null) throw fault(`${at}/path`, `is no plain path such as $.clusters[0].tags: ${path}`);
    steps.push(match[1] ?? match[2] ?? match[3] ?? match[4] ?? "");
    rest = rest.slice(match[0].length);
  }
  if (steps.length === 0) throw fault(`${at}/path`, "must name something inside the stage, such as $.clusters");
  return steps;
}
