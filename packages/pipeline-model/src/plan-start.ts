import type { Problem } from "@gennaker/contract/errors.ts";
import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { checkFields } from "./check-fields.ts";
import { closest } from "./closest.ts";
import { isExpression, toFlag, toNumber } from "./coerce.ts";
import { isDate, optionsOf } from "./parameters.ts";
import { parameterSchema } from "./pipeline-schema.ts";
import { pointerOf } from "./pointer.ts";
import { describe } from "./words.ts";

/** A request to start: `parameters` as a person, program or trigger gave them. */
export type StartRequest = { parameters?: unknown };

/**
 * `parameters` is what becomes `trigger.parameters` (of a start that is refused, as far as they are known); notes name given
 * parameters that the pipeline does not declare.
 */
export type PlannedStart =
  | { ok: true; parameters: JsonObject; notes: Problem[] }
  | { ok: false; parameters: JsonObject; problems: Problem[] };

/**
 * Fills in defaults and enforces what `parameterConfig` says: required, options, date, and conditions (a parameter
 * whose condition does not hold is neither asked for nor checked). Undeclared parameters are kept, as in Spinnaker.
 */
export function planStart(pipeline: JsonObject, request: StartRequest): PlannedStart {
  const given = request.parameters ?? {};
  if (!isJsonObject(given)) {
    return {
      ok: false,
      parameters: {},
      problems: [{ pointer: "/parameters", reason: `must be an object, but is ${describe(given)}` }],
    };
  }
  const declared = declarations(pipeline["parameterConfig"]);
  const parameters: JsonObject = { ...given };
  for (const { name, config } of declared) {
    const fallback = config["default"];
    if (isAbsent(parameters[name]) && fallback !== undefined && fallback !== null) parameters[name] = fallback;
  }
  const problems = declared.flatMap(({ name, config }) => {
    if (!applies(config, parameters)) return [];
    const reason = fault(config, parameters[name]);
    return reason === null ? [] : [{ pointer: pointerOf(["parameters", name]), reason }];
  });
  if (problems.length > 0) return { ok: false, parameters, problems };
  return {
    ok: true,
    parameters,
    notes: undeclared(
      given,
      declared.map(({ name }) => name),
    ),
  };
}

type Declared = { name: string; config: JsonObject };

function declarations(list: unknown): Declared[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((config): Declared[] => {
    if (!isJsonObject(config) || checkFields(parameterSchema, config).length > 0) return [];
    return [{ name: String(config["name"]), config }];
  });
}

/** Null when the value is right, otherwise why not. */
function fault(config: JsonObject, value: Json | undefined): string | null {
  const label = typeof config["label"] === "string" && config["label"] !== "" ? ` (${config["label"]})` : "";
  if (isAbsent(value)) return toFlag(config["required"]) === true ? `is required${label}` : null;
  // What an expression gives is known only later. Its own default counts whatever the options are, as in Spinnaker.
  if (isExpression(value) || value === config["default"]) return null;
  const options = optionsOf(config);
  if (options !== null && !options.includes(String(value))) {
    const near = closest(String(value), options);
    const hint = near === null ? "" : `; did you mean "${near}"?`;
    return `must be one of ${options.join(", ")}${label}, but is ${describe(value)}${hint}`;
  }
  if (config["constraint"] === "date" && !isDate(value))
    return `must be a date such as 2026-01-31${label}, but is ${describe(value)}`;
  return null;
}

function isAbsent(value: Json | undefined): value is undefined | null | "" {
  return value === undefined || value === null || value === "";
}

function applies(config: JsonObject, parameters: JsonObject): boolean {
  const condition = config["condition"];
  if (toFlag(config["conditional"]) !== true || !isJsonObject(condition)) return true;
  const name = condition["parameter"];
  if (typeof name !== "string") return true;
  return compare(parameters[name] ?? "", String(condition["comparator"] ?? "="), condition["comparatorValue"] ?? "");
}

/** Numbers are compared as numbers where both sides are, otherwise as texts. */
function compare(left: Json, comparator: string, right: Json): boolean {
  const [a, b] = [toNumber(left), toNumber(right)];
  const numbers = typeof a === "number" && typeof b === "number";
  const order = numbers ? a - b : String(left) === String(right) ? 0 : String(left) < String(right) ? -1 : 1;
  if (comparator === ">") return order > 0;
  if (comparator === "<") return order < 0;
  if (comparator === ">=") return order >= 0;
  if (comparator === "<=") return order <= 0;
  return comparator === "!=" ? order !== 0 : order === 0;
}

function undeclared(given: JsonObject, names: readonly string[]): Problem[] {
  if (names.length === 0) return [];
  return Object.keys(given).flatMap((key) => {
    if (names.includes(key)) return [];
    const near = closest(key, names);
    const hint = near === null ? "" : `; did you mean "${near}"?`;
    return [{ pointer: pointerOf(["parameters", key]), reason: `is not a parameter of the pipeline${hint}` }];
  });
}
