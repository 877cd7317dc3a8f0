import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { RE2JS } from "re2js";

const longestPattern = 4096;

/**
 * Whether a trigger has everything that a part of one names, by Orca's rule: texts are equal whatever the case, or match as a whole as a
 * regular expression; every key of an object is there with a value that matches; each item of a list matches an item of its own. Other
 * values are equal. Patterns run in linear time; one that cannot be read matches only itself.
 */
export function matchesSubset(value: Json | undefined, subset: Json): boolean {
  if (typeof value === "string" && typeof subset === "string") return matchesText(value, subset);
  if (Array.isArray(value) && Array.isArray(subset)) return matchesList(value, subset);
  if (isObject(value) && isObject(subset)) {
    return Object.entries(subset).every(([key, wanted]) =>
      matchesSubset(Object.hasOwn(value, key) ? value[key] : null, wanted),
    );
  }
  return value === subset;
}

function matchesText(text: string, wanted: string): boolean {
  if (text.toLowerCase() === wanted.toLowerCase()) return true;
  if (wanted.length > longestPattern) return false;
  try {
    return RE2JS.compile(wanted).matches(text);
  } catch {
    return false;
  }
}

/** Gives each wanted item an item of its own; one given before moves on where it can match another. */
function matchesList(items: readonly Json[], wanted: readonly Json[]): boolean {
  if (wanted.length > items.length) return false;
  const fits = wanted.map((each) => items.flatMap((item, index) => (matchesSubset(item, each) ? [index] : [])));
  const takenBy = new Map<number, number>();
  const place = (one: number, tried: Set<number>): boolean =>
    (fits[one] ?? []).some((index) => {
      if (tried.has(index)) return false;
      tried.add(index);
      const other = takenBy.get(index);
      if (other !== undefined && !place(other, tried)) return false;
      takenBy.set(index, one);
      return true;
    });
  return wanted.every((_each, one) => place(one, new Set()));
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
