import type { Problem } from "@gennaker/contract/errors.ts";
import { isJsonObject, type Json, type JsonObject } from "@gennaker/contract/json.ts";
import { parseDuration } from "./duration.ts";

/**
 * Reads fields of a stage one by one and collects problems. A value that is still an expression (`${…}`) is no problem
 * and reads as absent: it is checked again when the stage runs.
 */
export type FieldReader = {
  problems: Problem[];
  problem(pointer: string, reason: string): void;
  text(parent: JsonObject, field: string, pointer: string): string | null;
  /** A number, or a text that is one. */
  number(parent: JsonObject, field: string, pointer: string, bounds?: { min?: number; max?: number }): number | null;
  /** An ISO-8601 duration, in milliseconds. */
  duration(parent: JsonObject, field: string, pointer: string): number | null;
  /** An ISO-8601 instant, in epoch milliseconds. */
  instant(parent: JsonObject, field: string, pointer: string): number | null;
  object(parent: JsonObject, field: string, pointer: string): JsonObject | null;
  list(parent: JsonObject, field: string, pointer: string): Json[] | null;
};

export function isExpression(value: Json | undefined): boolean {
  return typeof value === "string" && value.includes("${");
}

export function createFieldReader(): FieldReader {
  const problems: Problem[] = [];
  const problem = (pointer: string, reason: string) => void problems.push({ pointer, reason });

  function read<T>(
    parent: JsonObject,
    field: string,
    pointer: string,
    expected: string,
    convert: (value: Json) => T | null,
  ): T | null {
    const value = parent[field];
    if (value === undefined || value === null || value === "" || isExpression(value)) return null;
    const converted = convert(value);
    if (converted === null) problem(`${pointer}/${field}`, `must be ${expected}`);
    return converted;
  }

  return {
    problems,
    problem,
    text: (parent, field, pointer) =>
      read(parent, field, pointer, "a text", (value) =>
        typeof value === "string" ? value : typeof value === "number" ? String(value) : null,
      ),
    number: (parent, field, pointer, bounds = {}) => {
      const { min = -Infinity, max = Infinity } = bounds;
      const expected =
        max === Infinity
          ? min === -Infinity
            ? "a number"
            : `a number of at least ${min}`
          : `a number between ${min} and ${max}`;
      return read(parent, field, pointer, expected, (value) => {
        const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
        return typeof number === "number" && Number.isFinite(number) && number >= min && number <= max ? number : null;
      });
    },
    duration: (parent, field, pointer) =>
      read(parent, field, pointer, "an ISO-8601 duration of at least zero such as PT1H30M or PT5S", (value) => {
        const duration = typeof value === "string" ? parseDuration(value) : null;
        return duration !== null && duration >= 0 ? duration : null;
      }),
    instant: (parent, field, pointer) =>
      read(parent, field, pointer, "an ISO-8601 time such as 2026-05-04T10:00:00Z", (value) => {
        const time = typeof value === "string" && /^\d{4}-\d{2}-\d{2}T/.test(value) ? Date.parse(value) : NaN;
        return Number.isNaN(time) ? null : time;
      }),
    object: (parent, field, pointer) =>
      read(parent, field, pointer, "an object", (value) => (isJsonObject(value) ? value : null)),
    list: (parent, field, pointer) =>
      read(parent, field, pointer, "a list", (value) => (Array.isArray(value) ? value : null)),
  };
}
