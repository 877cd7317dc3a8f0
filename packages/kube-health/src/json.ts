/** A JSON object as it came from a cluster or a file: nothing about its fields is known. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  value !== null && typeof value === "object" && !Array.isArray(value);

const nothing: JsonObject = {};

/** The value if it is an object, else an empty one. */
export const asObject = (value: unknown): JsonObject => (isObject(value) ? value : nothing);

/** The value if it is a list, else an empty one. */
export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

/** The objects of a list; other elements and other values count as absent. */
export const objectsOf = (value: unknown): JsonObject[] => asList(value).filter(isObject);

/** The value if it is a text, else `""`. */
export const asText = (value: unknown): string => (typeof value === "string" ? value : "");

/** The value if it is a whole number that is exact, else undefined. */
export const asInteger = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;

/**
 * Reads own fields step by step: `at(o, "status", "phase")`. Undefined where a step is missing or no object; null counts
 * as missing, as Kubernetes drops such fields.
 */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const step of path) {
    if (!isObject(current) || !Object.hasOwn(current, step)) return undefined;
    current = current[step];
  }
  return current ?? undefined;
}

export const textAt = (value: unknown, ...path: readonly string[]): string => asText(at(value, ...path));

export const integerAt = (value: unknown, ...path: readonly string[]): number | undefined =>
  asInteger(at(value, ...path));

/** A whole number, 0 where there is none: how Kubernetes' own types read an unset counter. */
export const countAt = (value: unknown, ...path: readonly string[]): number => integerAt(value, ...path) ?? 0;
