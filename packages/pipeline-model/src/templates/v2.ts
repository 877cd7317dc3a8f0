import type { Problem } from "@gennaker/contract/errors.ts";
import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { evaluateTemplate } from "@gennaker/expressions/evaluate.ts";
import type { EvaluationOptions } from "@gennaker/expressions/evaluate.ts";
import { toFlag } from "../coerce.ts";
import { pointerOf } from "../pointer.ts";
import { TemplateFault, fault } from "./fault.ts";
import { planStages } from "./v2-stages.ts";
import type { Variable } from "./variables.ts";
import { assignVariables, readVariables } from "./variables.ts";

/** Passed on to the evaluation of expressions. `numbers: "exact"` keeps 1.0 apart from 1 in JSON text. */
export type PlanOptions = Pick<EvaluationOptions, "now" | "limits" | "numbers">;

/**
 * The pipeline of a template and an instance whose fields have been checked, as Orca's planner of the second generation
 * makes it. Expressions that name only `templateVariables` are evaluated here; with `spelEvaluator: "v4"` those of
 * stages wait for the run. Faults are thrown.
 */
export function planV2(template: JsonObject, instance: JsonObject, options: PlanOptions): JsonObject {
  const given = isJsonObject(instance["variables"]) ? instance["variables"] : {};
  const variables = renderDefaults(template, instance, given, options);
  const stages = instance["stages"];
  if (toFlag(template["protect"]) === true && Array.isArray(stages) && stages.length > 0) {
    throw fault(
      "/instance/stages",
      "must be empty: the template is protected, so its stages cannot be added to, replaced or removed",
    );
  }
  const templateVariables = assignVariables(variables, given, "/instance/variables");
  const generated = generate(template, instance, templateVariables);
  const evaluated = evaluatePlan(generated, { template, instance }, options);
  return evaluated["source"] === undefined
    ? { ...evaluated, source: { type: "templatedPipeline", version: "v2" } }
    : evaluated;
}

/** Defaults may be expressions over the application, the trigger and the other variables by their bare names. */
function renderDefaults(
  template: JsonObject,
  instance: JsonObject,
  given: JsonObject,
  options: PlanOptions,
): Variable[] {
  const variables = readVariables(template["variables"], "/template/variables");
  const defaults = variables.flatMap(({ name, defaultValue }) => (defaultValue === null ? [] : [[name, defaultValue]]));
  const context = {
    application: instance["application"] ?? null,
    pipelineTemplate: template,
    trigger: instance["trigger"] ?? {},
    ...Object.fromEntries(defaults),
    ...given,
  };
  return variables.map((variable) => {
    if (variable.defaultValue === null) return variable;
    const { result } = evaluateTemplate(variable.defaultValue, { ...options, context });
    return { ...variable, defaultValue: result as Json };
  });
}

function generate(template: JsonObject, instance: JsonObject, templateVariables: JsonObject): JsonObject {
  const pipeline = template["pipeline"] as JsonObject;
  const excluded = Array.isArray(instance["exclude"])
    ? instance["exclude"].map((item) => String(item).toLowerCase())
    : [];
  const merged = (key: string, from: string): Json => {
    const own = listOf(instance[from]);
    return excluded.includes(from) ? own : mergeLists(listOf(pipeline[key]), own);
  };
  const { application } = instance;
  return {
    ...pipeline,
    ...(application === undefined || application === null ? {} : { application }),
    id: instance["id"] ?? instance["pipelineConfigId"] ?? "unknown",
    name: instance["name"] ?? "Unnamed Execution",
    limitConcurrent: pipeline["limitConcurrent"] ?? instance["limitConcurrent"] ?? true,
    maxConcurrentExecutions: pipeline["maxConcurrentExecutions"] ?? instance["maxConcurrentExecutions"] ?? 0,
    keepWaitingPipelines: pipeline["keepWaitingPipelines"] ?? instance["keepWaitingPipelines"] ?? false,
    notifications: merged("notifications", "notifications"),
    parameterConfig: merged("parameterConfig", "parameters"),
    triggers: merged("triggers", "triggers"),
    stages: planStages(pipeline["stages"], instance["stages"]),
    templateVariables,
    ...(isJsonObject(instance["trigger"]) && Object.keys(instance["trigger"]).length > 0
      ? { trigger: instance["trigger"] }
      : {}),
  };
}

/** The template's entries, marked as inherited, then the instance's; equal ones once. Names are not compared. */
function mergeLists(template: readonly Json[], own: readonly Json[]): Json[] {
  const inherited = template.map((item): Json => (isJsonObject(item) ? { ...item, inherited: true } : item));
  if (inherited.length === 0 || own.length === 0) return [...inherited, ...own];
  const seen = new Set<string>();
  return [...inherited, ...own].filter((item) => {
    const key = canonical(item);
    return !seen.has(key) && seen.add(key);
  });
}

/** The plan with the expressions evaluated that template variables and trigger can answer. */
export function evaluatePlan(pipeline: JsonObject, documents: JsonObject, options: PlanOptions): JsonObject {
  const trigger = isJsonObject(pipeline["trigger"]) ? pipeline["trigger"] : null;
  const parameters = isJsonObject(trigger?.["parameters"]) ? trigger["parameters"] : {};
  const context = { trigger, templateVariables: pipeline["templateVariables"] ?? {}, parameters };
  const { stages, ...rest } = pipeline;
  const late = pipeline["spelEvaluator"] === "v4";
  const { result, errors } = evaluateTemplate(late ? rest : pipeline, { ...options, context });
  const unknown = errors.filter(({ expression }) => expression.trim().startsWith("templateVariables."));
  if (unknown.length > 0) {
    throw new TemplateFault(
      unknown.map(({ expression }): Problem => {
        const reason = `uses \${ ${expression.trim()} }, but that variable has no value; give it one in the instance or a default in the template`;
        return { pointer: find(documents, expression.trim(), []) ?? "/template/pipeline", reason };
      }),
    );
  }
  const evaluated = result as JsonObject;
  return late && stages !== undefined ? { ...evaluated, stages } : evaluated;
}

/** The first text of a document that holds an expression. */
function find(value: Json | undefined, expression: string, path: readonly (string | number)[]): string | null {
  if (typeof value === "string") return value.includes("${") && value.includes(expression) ? pointerOf(path) : null;
  if (typeof value !== "object" || value === null) return null;
  for (const [key, part] of Object.entries(value)) {
    const found =
      key.includes("${") && key.includes(expression)
        ? pointerOf([...path, key])
        : find(part, expression, [...path, key]);
    if (found !== null) return found;
  }
  return null;
}

function canonical(value: Json): string {
  return JSON.stringify(value, (_key, part: Json) =>
    isJsonObject(part) && Object.getPrototypeOf(part) !== null
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
