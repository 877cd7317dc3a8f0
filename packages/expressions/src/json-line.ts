import { evaluateTemplate } from "./evaluate.ts";
import type { EvaluationOptions } from "./evaluate.ts";
import type { ExecutionData } from "./execution.ts";
import { parseJsonExactly } from "./json-values.ts";

type Failure = { code: "invalid-json" | "invalid-input"; message: string };

/**
 * One line of `expression evaluate`: `{id, context, execution?, currentStageRefId?, user?, allowUnknownKeys?, language?, template}` to
 * `{id, result, errors}`, or to `{id, error: {code, message}}` if the line cannot be processed (id null if unreadable).
 * Never throws. Time zone UTC, language en-US. Numbers keep Java's form: a double prints as `1.0`.
 */
export function evaluateLine(line: string, options: Pick<EvaluationOptions, "now" | "limits"> = {}): string {
  let input: unknown;
  try {
    input = parseJsonExactly(line);
  } catch (cause) {
    const message = `The line is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`;
    return failed(null, { code: "invalid-json", message });
  }
  if (!isObject(input)) return failed(null, { code: "invalid-input", message: "The line must be a JSON object" });
  const id = input["id"] ?? null;
  const problem = problemOf(input);
  if (problem !== null) return failed(id, { code: "invalid-input", message: problem });
  const { result, errors } = evaluateTemplate(input["template"], {
    ...options,
    context: (input["context"] ?? {}) as Record<string, unknown>,
    ...(isObject(input["execution"]) ? { execution: input["execution"] as ExecutionData } : {}),
    ...(typeof input["currentStageRefId"] === "string" ? { currentStageRefId: input["currentStageRefId"] } : {}),
    ...(typeof input["user"] === "string" ? { user: input["user"] } : {}),
    allowUnknownKeys: input["allowUnknownKeys"] !== false,
    ...(input["language"] === "cel" ? { language: "cel" as const } : {}),
    numbers: "exact",
  });
  return JSON.stringify({ id, result, errors });
}

const failed = (id: unknown, error: Failure): string => JSON.stringify({ id, error });

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);
const absent = (value: unknown): boolean => value === undefined || value === null;

function problemOf(input: Readonly<Record<string, unknown>>): string | null {
  if (!Object.hasOwn(input, "template")) return "'template' is missing";
  if (!absent(input["context"]) && !isObject(input["context"])) return "'context' must be an object";
  if (!absent(input["user"]) && typeof input["user"] !== "string") return "'user' must be a text";
  if (!absent(input["currentStageRefId"]) && typeof input["currentStageRefId"] !== "string")
    return "'currentStageRefId' must be a text";
  if (!absent(input["allowUnknownKeys"]) && typeof input["allowUnknownKeys"] !== "boolean")
    return "'allowUnknownKeys' must be true or false";
  if (!absent(input["language"]) && input["language"] !== "spel" && input["language"] !== "cel")
    return '\'language\' must be "spel" or "cel"';
  return absent(input["execution"]) ? null : executionProblem(input["execution"]);
}

function executionProblem(execution: unknown): string | null {
  if (!isObject(execution)) return "'execution' must be an object";
  const trigger = execution["trigger"];
  if (!absent(trigger) && !isObject(trigger)) return "'execution.trigger' must be an object";
  const stages = execution["stages"] ?? [];
  if (!Array.isArray(stages)) return "'execution.stages' must be a list";
  for (const [index, stage] of stages.entries()) {
    const where = `'execution.stages[${index}]`;
    if (!isObject(stage)) return `${where}' must be an object`;
    if (typeof stage["refId"] !== "string" || typeof stage["id"] !== "string")
      return `${where}' needs the texts 'id' and 'refId'`;
    for (const field of ["context", "outputs"]) {
      if (!absent(stage[field]) && !isObject(stage[field])) return `${where}.${field}' must be an object`;
    }
    const required = stage["requisiteStageRefIds"];
    if (!absent(required) && !Array.isArray(required)) return `${where}.requisiteStageRefIds' must be a list`;
  }
  return null;
}
