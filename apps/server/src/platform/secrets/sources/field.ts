import { isJsonObject } from "@gennaker/contract/json.ts";
import type { Json } from "@gennaker/contract/json.ts";

/** A field of a JSON text as text, null when there is none. */
export function fieldOf(text: string, key: string): string | null {
  try {
    return valueOf(JSON.parse(text) as Json, key);
  } catch {
    return null;
  }
}

export function valueOf(object: Json | undefined, key: string): string | null {
  const value = isJsonObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
  if (value === undefined || value === null) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}
