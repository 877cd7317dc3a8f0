import type { Problem } from "@gennaker/contract/errors.ts";
import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { z } from "zod";
import { checkFields } from "../check-fields.ts";
import { closest } from "../closest.ts";
import { isExpression } from "../coerce.ts";
import { pointerOf } from "../pointer.ts";
import type { PipelineProblem } from "../problem.ts";
import { configV1Schema, instanceV2Schema, templateV1Schema, templateV2Schema, withoutStageText } from "./schema.ts";
import { readDefault } from "./v1/prepare.ts";
import { readVariables, typeFault } from "./variables.ts";

/** Everything wrong with a template of the second generation, its stages' own fields apart. */
export function templateProblems(template: JsonObject): PipelineProblem[] {
  return [
    ...identity(template),
    ...errors(templateV2Schema, template, ""),
    ...variableProblems(template),
    ...unknownVariables(template),
  ];
}

/** Everything wrong with a template of the first generation that can be seen without rendering it. */
export function templateV1Problems(template: JsonObject): PipelineProblem[] {
  return [
    ...identity(template),
    ...errors(templateV1Schema, withoutStageText(template), ""),
    ...variableProblems(template, readDefault),
  ];
}

/** What an instance's own fields are wrong in; whether they fit the template is seen when it is planned. */
export function instanceProblems(instance: JsonObject): PipelineProblem[] {
  const problems = errors(instanceV2Schema, instance, "");
  const template = instance["template"];
  if (isJsonObject(template) && typeof template["reference"] === "string" && template["reference"] !== "")
    return problems;
  const message = 'is required: it names the template, such as "spinnaker://my-template"';
  return problems.some(({ pointer }) => pointer.startsWith("/template"))
    ? problems
    : [...problems, { level: "error", pointer: "/template/reference", message }];
}

/** `at` is where the configuration of a first-generation instance stands. */
export function configV1Problems(config: JsonObject, at: string): PipelineProblem[] {
  return errors(configV1Schema, config, at);
}

function identity(template: JsonObject): PipelineProblem[] {
  const id = template["id"];
  if (typeof id === "string" && id.trim() !== "") return [];
  return [{ level: "error", pointer: "/id", message: "is required: a pipeline template is saved under its id" }];
}

type ReadDefault = (value: Json, type: string) => Json;

/** Null for what shows its type only when it has been evaluated. */
const plainDefault: ReadDefault = (value) => (isExpression(value) ? null : value);

function variableProblems(template: JsonObject, read: ReadDefault = plainDefault): PipelineProblem[] {
  const names = new Set<string>();
  return readVariables(template["variables"], "/variables").flatMap((variable): PipelineProblem[] => {
    const problems: PipelineProblem[] = [];
    if (names.has(variable.name))
      problems.push({
        level: "error",
        pointer: `${variable.pointer}/name`,
        message: `there is another variable "${variable.name}"`,
      });
    names.add(variable.name);
    const value = read(variable.defaultValue, variable.type);
    const reason = value === null ? null : typeFault(variable.type, value);
    if (reason !== null)
      problems.push({ level: "error", pointer: `${variable.pointer}/defaultValue`, message: reason });
    return problems;
  });
}

/** Uses of `templateVariables.x` where no x is declared: a plan would fail there. */
function unknownVariables(template: JsonObject): PipelineProblem[] {
  const names = readVariables(template["variables"], "").map(({ name }) => name);
  const problems: PipelineProblem[] = [];
  const look = (value: Json, path: readonly (string | number)[]): void => {
    if (typeof value === "string" && value.includes("${")) {
      for (const [, name = ""] of value.matchAll(/\btemplateVariables\.([A-Za-z_]\w*)/g)) {
        if (names.includes(name)) continue;
        const near = closest(name, names);
        const message = `uses the template variable "${name}", which is not declared`;
        problems.push({
          level: "note",
          pointer: pointerOf(path),
          message,
          ...(near === null ? {} : { suggestion: near }),
        });
      }
    }
    if (typeof value === "object" && value !== null)
      for (const [key, part] of Object.entries(value)) look(part, [...path, key]);
  };
  if (isJsonObject(template["pipeline"])) look(template["pipeline"], ["pipeline"]);
  return problems;
}

function errors(schema: z.ZodType, document: JsonObject, at: string): PipelineProblem[] {
  return checkFields(schema, document).map(({ pointer, reason }: Problem) => ({
    level: "error",
    pointer: at + pointer,
    message: reason,
  }));
}
