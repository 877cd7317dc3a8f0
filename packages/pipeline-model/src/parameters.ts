import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { closest } from "./closest.ts";
import { isExpression, toFlag } from "./coerce.ts";
import type { PipelineProblem } from "./problem.ts";
import { describe } from "./words.ts";

/**
 * Names that stages read of their own context or that are set by a run: a parameter of such a name is hidden by them or
 * changes what they do (known from Spinnaker's issues).
 */
export const reservedParameterNames = [
  "strategy",
  "cloudProvider",
  "cluster",
  "credentials",
  "region",
  "zone",
  "imageName",
  "application",
] as const;

export const comparators = [">", "<", ">=", "<=", "=", "!="] as const;

/** What is worth knowing about a pipeline's declared parameters when it is saved; a start enforces the rest. */
export function parameterNotes(list: Json | undefined): PipelineProblem[] {
  if (!Array.isArray(list)) return [];
  const configs = list.map((config) => (isJsonObject(config) ? config : {}));
  const names = configs.map((config) => (typeof config["name"] === "string" ? config["name"] : ""));
  return configs.flatMap((config, index) => {
    const at = `/parameterConfig/${index}`;
    return [...nameNotes(names, index, at), ...defaultNotes(config, at), ...conditionNotes(config, names, at)];
  });
}

function nameNotes(names: readonly string[], index: number, at: string): PipelineProblem[] {
  const name = names[index] ?? "";
  const notes: PipelineProblem[] = [];
  const say = (message: string): void => void notes.push({ level: "note", pointer: `${at}/name`, message });
  if (reservedParameterNames.some((reserved) => reserved === name)) {
    say(
      `"${name}" is a name that stages use themselves; call the parameter something else, or stages may read the wrong value`,
    );
  }
  if (name !== "" && names.indexOf(name) < index)
    say(`there is another parameter "${name}"; the first one's default counts`);
  return notes;
}

function defaultNotes(config: JsonObject, at: string): PipelineProblem[] {
  const value = config["default"];
  const options = optionsOf(config);
  const { constraint } = config;
  const notes: PipelineProblem[] = [];
  if (typeof constraint === "string" && constraint !== "" && constraint !== "date") {
    notes.push({
      level: "note",
      pointer: `${at}/constraint`,
      message: `the constraint "${constraint}" is not known, so nothing is checked; "date" is`,
    });
  }
  if (value === undefined || value === null || value === "" || isExpression(value)) return notes;
  const pointer = `${at}/default`;
  if (options !== null && !options.includes(String(value))) {
    const near = closest(String(value), options);
    const message = `the default ${describe(value)} is not one of the options; a start without a value takes it all the same`;
    notes.push({ level: "note", pointer, message, ...(near === null ? {} : { suggestion: near }) });
  }
  if (constraint === "date" && !isDate(value)) {
    notes.push({
      level: "note",
      pointer,
      message: `the default ${describe(value)} is no date such as 2026-01-31; a start without a value takes it all the same`,
    });
  }
  return notes;
}

function conditionNotes(config: JsonObject, names: readonly string[], at: string): PipelineProblem[] {
  const { condition } = config;
  if (toFlag(config["conditional"]) !== true || !isJsonObject(condition)) return [];
  const notes: PipelineProblem[] = [];
  const { parameter, comparator } = condition;
  if (typeof parameter === "string" && parameter !== "" && !names.includes(parameter)) {
    const near = closest(parameter, names);
    const message = `no parameter is named "${parameter}", so it counts as empty`;
    notes.push({
      level: "note",
      pointer: `${at}/condition/parameter`,
      message,
      ...(near === null ? {} : { suggestion: near }),
    });
  }
  if (typeof comparator === "string" && !comparators.some((known) => known === comparator)) {
    const message = `the comparator "${comparator}" is not one of ${comparators.join(" ")}; it counts as =`;
    notes.push({ level: "note", pointer: `${at}/condition/comparator`, message });
  }
  return notes;
}

/** The values offered, null when any will do. Empty options, as Deck leaves them, offer nothing. */
export function optionsOf(config: JsonObject): string[] | null {
  if (toFlag(config["hasOptions"]) !== true || !Array.isArray(config["options"])) return null;
  const values = config["options"].flatMap((option) => {
    const value = isJsonObject(option) ? option["value"] : undefined;
    return value === undefined || value === null || value === "" ? [] : [String(value)];
  });
  return values.length === 0 ? null : values;
}

/** A calendar day that exists, as `YYYY-MM-DD`. */
export function isDate(value: Json | undefined): boolean {
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const time = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}
