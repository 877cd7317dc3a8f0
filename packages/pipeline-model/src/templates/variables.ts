import type { Problem } from "@gennaker/contract/errors.ts";
import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { isRawJson } from "@gennaker/expressions/values.ts";
import { closest } from "../closest.ts";
import { pointerOf } from "../pointer.ts";
import { describe } from "../words.ts";
import { TemplateFault } from "./fault.ts";

/** A variable as a template declares it; `defaultValue` is null where there is none. */
export type Variable = { name: string; type: string; nullable: boolean; defaultValue: Json; pointer: string };

/** The types a template may give a variable; upper and lower case alike. `object` takes anything. */
export const variableTypes = [
  "int",
  "integer",
  "float",
  "double",
  "string",
  "bool",
  "boolean",
  "list",
  "object",
] as const;

/** The declarations of a list that has been checked; entries that are no object with a name are left out. */
export function readVariables(list: Json | undefined, at: string): Variable[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry, index): Variable[] => {
    if (!isJsonObject(entry) || typeof entry["name"] !== "string") return [];
    return [
      {
        name: entry["name"],
        type: typeof entry["type"] === "string" && entry["type"] !== "" ? entry["type"] : "object",
        nullable: entry["nullable"] === true || entry["nullable"] === "true",
        defaultValue: entry["defaultValue"] ?? null,
        pointer: `${at}/${index}`,
      },
    ];
  });
}

/**
 * The value of every declared variable: the instance's, else the default; one that may be null and has neither is
 * left out. Values that are not declared are ignored, as in Orca. Missing values and wrong types are one fault.
 */
export function assignVariables(variables: readonly Variable[], given: JsonObject, at: string): JsonObject {
  const values: [string, Json][] = [];
  const problems: Problem[] = [];
  for (const variable of variables) {
    const own = Object.hasOwn(given, variable.name);
    const value = (own ? given[variable.name] : undefined) ?? (own ? null : variable.defaultValue);
    if (value !== null) {
      const reason = typeFault(variable.type, value);
      if (reason !== null)
        problems.push({ pointer: own ? at + pointerOf([variable.name]) : `${variable.pointer}/defaultValue`, reason });
      values.push([variable.name, value]);
    } else if (!variable.nullable) {
      problems.push({
        pointer: at + pointerOf([variable.name]),
        reason: own ? nullReason(variable) : missing(variable, given, variables),
      });
    }
  }
  if (problems.length > 0) throw new TemplateFault(problems);
  return Object.fromEntries(values);
}

/** Null when the value has the type, otherwise why not. */
export function typeFault(type: string, value: Json): string | null {
  const wanted = type.toLowerCase();
  if (wanted === "object") return null;
  if (!variableTypes.some((known) => known === wanted)) {
    return `has the type "${type}", which does not exist; use one of ${variableTypes.join(", ")}`;
  }
  return hasType(wanted, value) ? null : `must be of type ${type}, but is ${describe(plain(value))}`;
}

function hasType(type: string, value: Json): boolean {
  if (type === "string") return typeof value === "string";
  if (type === "list") return Array.isArray(value);
  if (type === "bool" || type === "boolean") return typeof value === "boolean";
  const number = plain(value);
  if (typeof number !== "number") return false;
  return type === "float" || type === "double" || (Number.isInteger(number) && Math.abs(number) < 2 ** 31);
}

/** A number kept as it was written is a number. */
function plain(value: Json): Json {
  return isRawJson(value) ? Number(value.rawJSON) : value;
}

function nullReason(variable: Variable): string {
  return `is null, but variable "${variable.name}" is not nullable; give it a value`;
}

function missing(variable: Variable, given: JsonObject, variables: readonly Variable[]): string {
  const names = variables.map(({ name }) => name);
  const near = closest(
    variable.name,
    Object.keys(given).filter((key) => !names.includes(key)),
  );
  const hint = near === null ? "" : `; there is a value for "${near}", which the template does not declare`;
  return `is required: variable "${variable.name}" (${variable.type}) has no default${hint}`;
}
