import { fromJsNumber } from "./numbers.ts";
import type { JavaNumber } from "./numbers.ts";
import { double } from "./numbers.ts";

/** Keys that a map can hold. A whole number is its JavaScript number (int) or bigint (long). */
export type MapKey = null | boolean | string | number | bigint;

export type JavaChar = { readonly kind: "char"; readonly value: string };
/** A list, set or collection view. Elements that came from JSON are converted when first looked at. */
export type JavaList = {
  readonly kind: "list";
  readonly flavour: "list" | "set" | "values" | "entries";
  /** The map that a `keySet`, `values` or `entrySet` looks at: taking an element out there takes the entry out. */
  readonly owner?: JavaMap;
  /** Its declared elements have no conversion to text, so it has none either, even when empty. */
  readonly unprintable?: true;
  readonly fixed: boolean;
  source: readonly unknown[] | null;
  items: Value[] | null;
};
export type JavaArray = { readonly kind: "array"; readonly element: string; readonly items: Value[] };
/** `fallback` answers for keys that the map itself does not hold (a stage context's ancestors). */
export type JavaMap = {
  readonly kind: "map";
  readonly fixed: boolean;
  readonly fallback: ((key: string) => Value) | null;
  source: Readonly<Record<string, unknown>> | null;
  entries: Map<MapKey, Value> | null;
};
export type JavaEntry = { readonly kind: "entry"; readonly key: MapKey; readonly value: Value };
export type JavaDate = { readonly kind: "date"; epochMs: number };
export type JavaInstant = { readonly kind: "instant"; readonly epochNanos: bigint };
export type JavaLocalDate = { readonly kind: "localDate"; readonly epochDay: number };
/** Nanoseconds since 1970-01-01T00:00 of the same wall clock. */
export type JavaLocalDateTime = { readonly kind: "localDateTime"; readonly nanos: bigint };
export type JavaDateFormat = {
  readonly kind: "dateFormat";
  pattern: string;
  lenient: boolean;
  /** First moment of the hundred years that a year of two digits falls into. */
  centuryStart: number;
};
export type JavaUuid = { readonly kind: "uuid"; readonly text: string };
export type JavaRandom = { readonly kind: "random"; seed: bigint };
export type JavaEnum = {
  readonly kind: "enum";
  readonly type: string;
  readonly name: string;
  readonly ordinal: number;
};
/** What `T(…)` gives: the type itself. */
export type JavaType = { readonly kind: "type"; readonly name: string };
/** A record with named properties, such as a stage. */
export type JavaBean = {
  /** Methods with one text as argument, such as `stageById`. */
  readonly find?: (method: string, key: string) => Value | undefined;
  readonly kind: "bean";
  readonly type: string;
  readonly property: (name: string) => Value | undefined;
  /** What it looks like in a result, and with the fields that have no value, as `#toJson` writes it. */
  readonly json: (nulls: boolean) => unknown;
};
/** What `#doNotEval` gives: kept out of later evaluation. */
export type NotEvaluable = { readonly kind: "notEvaluable"; readonly value: Value };

export type JavaObject =
  | JavaNumber
  | JavaChar
  | JavaList
  | JavaArray
  | JavaMap
  | JavaEntry
  | JavaDate
  | JavaInstant
  | JavaLocalDate
  | JavaLocalDateTime
  | JavaDateFormat
  | JavaUuid
  | JavaRandom
  | JavaEnum
  | JavaType
  | JavaBean
  | NotEvaluable;

/**
 * The only values that an expression can touch. They are never JavaScript objects from outside: maps are read by own
 * keys, so prototypes, constructors and functions of the host cannot be named.
 */
export type Value = null | boolean | string | JavaObject;

export const char = (value: string): JavaChar => ({ kind: "char", value });
export const list = (items: Value[], flavour: JavaList["flavour"] = "list", fixed = false): JavaList => ({
  kind: "list",
  flavour,
  fixed,
  source: null,
  items,
});
export const array = (element: string, items: Value[]): JavaArray => ({ kind: "array", element, items });
export const map = (entries: Map<MapKey, Value>, fixed = false, fallback: JavaMap["fallback"] = null): JavaMap => ({
  kind: "map",
  fixed,
  fallback,
  source: null,
  entries,
});

/** A number literal kept as written, as `JSON.rawJSON` makes it. */
export type RawJson = { readonly rawJSON: string };
type RawJsonApi = { isRawJSON(value: unknown): boolean; rawJSON(text: string): RawJson };

// The standard library's types do not know these two functions yet; the pinned runtime has them.
const rawJsonApi = JSON as unknown as RawJsonApi;
export const isRawJson = (value: unknown): value is RawJson => rawJsonApi.isRawJSON(value);
export const rawJson = (text: string): RawJson => rawJsonApi.rawJSON(text);

/** A value from JSON. Objects and arrays are wrapped without looking inside; anything that JSON cannot hold is null. */
export function fromJson(json: unknown): Value {
  switch (typeof json) {
    case "string":
    case "boolean":
      return json;
    case "number":
    case "bigint":
      return fromJsNumber(json);
    case "object":
      if (json === null) return null;
      if (Array.isArray(json)) return { kind: "list", flavour: "list", fixed: false, source: json, items: null };
      if (isRawJson(json)) return fromRawJson(json.rawJSON);
      return { kind: "map", fixed: false, fallback: null, source: json as Record<string, unknown>, entries: null };
    default:
      return null;
  }
}

function fromRawJson(text: string): Value {
  if (/^-?[0-9]+$/.test(text)) return fromJsNumber(BigInt(text));
  return /^[-0-9]/.test(text) ? double(Number(text)) : fromJson(JSON.parse(text));
}

export function itemsOf(target: JavaList): Value[] {
  if (target.items === null) {
    target.items = (target.source ?? []).map(fromJson);
    target.source = null;
  }
  return target.items;
}

export function entriesOf(target: JavaMap): Map<MapKey, Value> {
  if (target.entries === null) {
    const entries = new Map<MapKey, Value>();
    for (const [key, value] of Object.entries(target.source ?? {})) entries.set(key, fromJson(value));
    target.entries = entries;
    target.source = null;
  }
  return target.entries;
}

/** The entry's value, or null where there is none: a map cannot tell the two apart by reading. */
export function mapGet(target: JavaMap, key: MapKey): Value {
  const found = entriesOf(target).get(key);
  if (found !== undefined) return found;
  return target.fallback !== null && typeof key === "string" ? target.fallback(key) : null;
}

export function isNumber(value: Value): value is JavaNumber {
  if (value === null || typeof value !== "object") return false;
  switch (value.kind) {
    case "int":
    case "long":
    case "double":
    case "float":
    case "short":
    case "byte":
    case "biginteger":
      return true;
    default:
      return false;
  }
}

/** Text in Java's wide sense: strings, and execution statuses, which are character sequences too. */
export function isCharSequence(value: Value): value is string | JavaEnum {
  return typeof value === "string" || isStatus(value);
}

export function isStatus(value: Value): value is JavaEnum {
  return value !== null && typeof value === "object" && value.kind === "enum" && value.type === STATUS_TYPE;
}

export const STATUS_TYPE = "com.netflix.spinnaker.orca.api.pipeline.models.ExecutionStatus";

export function charSequence(value: string | JavaEnum): string {
  return typeof value === "string" ? value : value.name;
}

/** The key under which a map keeps a value, or undefined for values that cannot be keys here. */
export function toMapKey(value: Value): MapKey | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  return value.kind === "int" || value.kind === "long" ? value.value : undefined;
}

export function fromMapKey(key: MapKey): Value {
  if (typeof key === "number") return { kind: "int", value: key };
  return typeof key === "bigint" ? { kind: "long", value: key } : key;
}
