import { GennakerError, errorTable } from "@gennaker/contract/errors.ts";
import { isJsonObject, type Json, type JsonObject } from "@gennaker/contract/json.ts";
import type { Explanation } from "@gennaker/engine-core/model.ts";
import { isDatabaseAway } from "../platform/database/faults.ts";
import { TaskError } from "./api.ts";
import { freeze } from "./snapshot.ts";

/** The reason of an error in a stable code and a sentence. */
export function explain(error: unknown): Explanation {
  if (error instanceof TaskError) return error.explanation;
  if (isDatabaseAway(error)) return { code: "database_unavailable", message: "The database is away." };
  if (error instanceof GennakerError) return { code: error.code, message: error.message };
  return { code: "task.failed", message: error instanceof Error ? error.message : String(error) };
}

/** Errors worth another try: a TaskError or GennakerError that says so, and a database that is away. */
export function isRetryable(error: unknown): boolean {
  if (error instanceof TaskError) return error.retryable;
  if (error instanceof GennakerError) return errorTable[error.code].retryable;
  return isDatabaseAway(error);
}

export function typeName(error: unknown): string {
  return error instanceof Error ? error.name : "Error";
}

/**
 * A value as plain JSON: undefined members fall away, dates become text, integers beyond 2^53 (bigint, or kept as raw digits) become
 * text and so keep their digits.
 */
export function plainJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value, (_key, part: unknown) => rawDigits(part) ?? part) ?? "null") as Json;
}

function rawDigits(part: unknown): string | undefined {
  if (typeof part === "bigint") return String(part);
  if (typeof part !== "object" || part === null || Object.getPrototypeOf(part) !== null || !("rawJSON" in part))
    return undefined;
  return String(part.rawJSON);
}

/** Nobody writes such documents by hand, and whoever walks through one must not run out of stack. */
const deepest = 1_000;

function isDeeperThan(value: Json, levels: number): boolean {
  let layer: Json[] = [value];
  for (let depth = 0; layer.length > 0; depth += 1) {
    if (depth > levels) return true;
    layer = layer.flatMap((part) => (typeof part === "object" && part !== null ? Object.values(part) : []));
  }
  return false;
}

/** What a stage type gave, as plain JSON. Something that is none (a circle) is the stage type's error, never the transition's. */
export function toJsonObject(value: unknown, what: string): JsonObject {
  let copy: Json;
  try {
    copy = plainJson(value);
  } catch (error) {
    throw new TaskError(
      "task.notJson",
      `The task gave ${what} that cannot be written as JSON: ${(error as Error).message}`,
      { cause: error },
    );
  }
  if (isDeeperThan(copy, deepest))
    throw new TaskError("task.notJson", `The task gave ${what} that is nested deeper than ${deepest} levels.`);
  if (!isJsonObject(copy)) throw new TaskError("task.notJson", `The task gave ${what} that is no JSON object.`);
  return freeze(copy);
}
