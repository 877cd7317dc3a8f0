import type { Problem } from "@gennaker/contract/errors.ts";
import { isJsonObject, type Json, type JsonObject } from "@gennaker/contract/json.ts";

/** Reads fields of one document and gathers what is wrong with them; pointers start at `base`. */
export type FieldReader = {
  problems: Problem[];
  problem(pointer: string, reason: string): void;
  /** True where the value is an expression that is evaluated later, so that its shape cannot be judged yet. */
  open(value: Json | undefined): boolean;
  text(key: string, fallback: string): string;
  integer(key: string, fallback: number, range: { min: number; max: number }): number;
  /** A reader of the object below `key`; null when there is none. */
  object(key: string): { value: JsonObject; reader: FieldReader } | null;
};

/** The pointer of `key` below `base` (RFC 6901). */
export function pointerTo(base: string, key: string | number): string {
  return `${base}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/**
 * Makes a reader of `document`. With `expressions`, texts that hold `${` pass unread.
 * Numbers may be given as text, as expressions give them.
 */
export function readFields(
  document: JsonObject,
  expressions: boolean,
  base = "",
  problems: Problem[] = [],
): FieldReader {
  const problem = (pointer: string, reason: string): void => {
    problems.push({ pointer, reason });
  };
  const open = (value: Json | undefined): boolean => expressions && typeof value === "string" && value.includes("${");

  return {
    problems,
    problem,
    open,
    text(key, fallback) {
      const value = document[key];
      if (value === undefined || value === null) return fallback;
      if (typeof value === "string") {
        if (!value.includes("\0")) return value;
        problem(pointerTo(base, key), "must not hold a NUL character");
        return fallback;
      }
      problem(pointerTo(base, key), `must be text, not ${kindOf(value)}`);
      return fallback;
    },
    integer(key, fallback, { min, max }) {
      const value = document[key];
      if (value === undefined || value === null || open(value)) return fallback;
      const number = typeof value === "string" && /^\d{1,15}$/.test(value.trim()) ? Number(value) : value;
      if (typeof number === "number" && Number.isInteger(number) && number >= min && number <= max) return number;
      problem(pointerTo(base, key), `must be a whole number from ${min} to ${max}`);
      return fallback;
    },
    object(key) {
      const value = document[key];
      if (value === undefined || value === null || open(value)) return null;
      if (isJsonObject(value)) {
        return { value, reader: readFields(value, expressions, pointerTo(base, key), problems) };
      }
      problem(pointerTo(base, key), `must be an object, not ${kindOf(value)}`);
      return null;
    },
  };
}

export function kindOf(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : typeof value === "string" ? "text" : `a ${typeof value}`;
}
