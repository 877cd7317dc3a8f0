import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { parse } from "yaml";

/** Reads a property file by its name: JSON, YAML, or lines of `key=value` or `key: value`. Null when it is none. */
export function readProperties(path: string, text: string): JsonObject | null {
  const name = path.toLowerCase();
  try {
    if (name.endsWith(".json") || text.trimStart().startsWith("{")) return asObject(JSON.parse(text));
    if (name.endsWith(".yml") || name.endsWith(".yaml")) return asObject(parse(text, { maxAliasCount: 100 }));
  } catch {
    return null;
  }
  const properties: Record<string, Json> = {};
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*([#!]|$)/.test(line)) continue;
    const [, key = "", value = ""] = /^\s*([^=:\s]+)\s*[=:\s]\s*(.*)$/.exec(line) ?? [];
    if (key === "") return null;
    properties[key] = value;
  }
  return properties;
}

function asObject(value: unknown): JsonObject | null {
  const plain = JSON.parse(JSON.stringify(value ?? null)) as Json;
  return isJsonObject(plain) ? plain : null;
}
