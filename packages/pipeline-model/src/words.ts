import type { z } from "zod";
import { closest } from "./closest.ts";

const kinds: Record<string, string> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

/** What a value is, short and without its secrets: texts are cut at 40 characters. */
export function describe(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (typeof value === "string") return `the text "${value.length > 40 ? `${value.slice(0, 40)}…` : value}"`;
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return String(value);
}

/** The sentence for one finding of a schema. */
export function wordsFor(issue: z.core.$ZodRawIssue): string {
  if (issue.code === "invalid_type") {
    const wanted = kinds[issue.expected] ?? issue.expected;
    return issue.input === undefined
      ? `is required and must be ${wanted}`
      : `must be ${wanted}, but is ${describe(issue.input)}`;
  }
  if (issue.code === "invalid_value") {
    const allowed = issue.values.map(String);
    const near = typeof issue.input === "string" ? closest(issue.input, allowed) : null;
    const list = `must be one of ${allowed.join(", ")}`;
    if (issue.input === undefined) return `is required and ${list}`;
    return `${list}, but is ${describe(issue.input)}${near === null ? "" : `; did you mean "${near}"?`}`;
  }
  if (issue.code === "too_small") {
    if (issue.origin === "string") return "must not be empty";
    if (issue.origin === "array")
      return `must have at least ${issue.minimum} item${Number(issue.minimum) === 1 ? "" : "s"}`;
    return `must be at least ${issue.minimum}, but is ${describe(issue.input)}`;
  }
  if (issue.code === "too_big") return `must be at most ${issue.maximum}, but is ${describe(issue.input)}`;
  return issue.message ?? `is not valid (${issue.code})`;
}
