import { isJsonObject, type Json, type JsonObject } from "@gennaker/contract/json.ts";
import type { Execution, Stage } from "@gennaker/engine-core/model.ts";
import { patchedByKeys } from "@gennaker/engine-core/new-execution.ts";
import { summaryKey } from "@gennaker/engine-core/status.ts";
import { evaluateCondition } from "@gennaker/expressions/condition.ts";
import { evaluateTemplate, type EvaluationOptions, type ExpressionProblem } from "@gennaker/expressions/evaluate.ts";
import type { ExecutionData, StageData } from "@gennaker/expressions/execution.ts";
import { createHeavyExpressions, type RunHeavily } from "./heavy-expressions.ts";
import type { Lookups } from "./lookups.ts";
import { plainJson } from "./task-outcome.ts";

type EvaluatedContext = {
  context: JsonObject;
  /** Top-level keys that kept raw text; they are tried again for each task. */
  unresolved: readonly string[];
};

export type Evaluator = {
  /** The stage's context with its expressions evaluated, except in `raw` keys; with `only`, in no other keys. */
  context(execution: Execution, stage: Stage, raw: readonly string[], only?: readonly string[]): EvaluatedContext;
  /** False when `stageEnabled` is an expression that does not come out true. */
  isEnabled(execution: Execution, stage: Stage): boolean;
  /** Version 3 of the evaluator (the default): expressions that the trigger can answer are evaluated when the pipeline starts. */
  early(execution: Execution, rawFields: (stage: Stage) => readonly string[]): Execution;
};

/**
 * Evaluates contexts by the pipeline's settings: `expressions` (`spel`, the default, or `cel`) and `spelEvaluator`. Throws
 * `PlanningPostponed` where a helper function must first be answered from elsewhere.
 */
export function createEvaluator(lookups: Lookups, now: () => number, run?: RunHeavily): Evaluator {
  const heavy = createHeavyExpressions(run, now);
  const optionsFor = (execution: Execution, stage: Stage): EvaluationOptions => ({
    ...languageOf(execution),
    context: stage.context,
    execution: executionData(execution),
    currentStageRefId: stage.refId,
    user: execution.user,
    now: () => new Date(now()),
  });

  return {
    context(execution, stage, raw, only) {
      const open = openPart(stage.context, raw, only);
      if (open === null) return { context: stage.context, unresolved: [] };
      const options = optionsFor(execution, stage);
      const { result, errors, keys } = lookups.with(execution.application, (resolvers) =>
        heavy(open, { ...options, ...resolvers }),
      );
      const context: JsonObject = { ...stage.context };
      for (const key of [...Object.keys(open), summaryKey]) delete context[key];
      Object.assign(context, evaluated(result));
      const problems = { ...untouched(stage.context[summaryKey], open), ...summary(errors, now()) };
      if (Object.keys(problems).length > 0) context[summaryKey] = problems;
      return { context, unresolved: errors.length === 0 ? [] : keys };
    },

    isEnabled(execution, stage) {
      const found = execution.type === "PIPELINE" ? conditionOf(execution, stage) : null;
      if (found === null) return true;
      const options = optionsFor(execution, found.stage);
      return lookups.with(
        execution.application,
        (resolvers) => evaluateCondition(found.expression, { ...options, ...resolvers }).value === true,
      );
    },

    early(execution, rawFields) {
      if (execution.type !== "PIPELINE") return execution;
      // Only the trigger is known here: what names the execution or its stages fails and waits for its own stage.
      const variables = execution.initialConfig["templateVariables"];
      const context = {
        trigger: execution.trigger,
        ...(isJsonObject(variables) ? { templateVariables: variables } : {}),
      };
      const plain: EvaluationOptions = {
        ...languageOf(execution),
        context,
        user: execution.user,
        now: () => new Date(now()),
        allowUnknownKeys: false,
      };
      return lookups.with(execution.application, (resolvers) =>
        early(execution, rawFields, { ...plain, ...resolvers }),
      );
    },
  };
}

/**
 * The condition of a stage or, where it has none of the type `expression`, of the nearest stage above it that has one, as Orca looks
 * for it. Null: nothing is asked, the stage runs.
 */
function conditionOf(execution: Execution, stage: Stage): { stage: Stage; expression: string } | null {
  const condition = stage.context["stageEnabled"];
  if (isJsonObject(condition) && String(condition["type"]).toLowerCase() === "expression") {
    const { expression = null } = condition;
    if (expression === null || typeof expression === "object" || String(expression).trim() === "") return null;
    return { stage, expression: String(expression) };
  }
  const parent = stage.parentId === null ? undefined : execution.stages.get(stage.parentId);
  return parent === undefined ? null : conditionOf(execution, parent);
}

/**
 * At the start, fields of the pipeline itself are evaluated in both versions, stages only in version 3. What cannot be evaluated yet
 * keeps its text.
 */
function early(
  execution: Execution,
  rawFields: (stage: Stage) => readonly string[],
  options: EvaluationOptions,
): Execution {
  const fields = pipelineFields(execution.initialConfig);
  if (isLate(execution) && Object.keys(fields).length === 0 && !hasExpression(execution.name)) return execution;
  const config = evaluateTemplate(fields, options).result as JsonObject;
  const initialConfig = { ...execution.initialConfig, ...(plainJson(config) as JsonObject) };
  const header = { ...execution, initialConfig, name: evaluatedName(execution.name, options) };
  if (isLate(execution)) return header;
  const stages = [...execution.stages.values()].map((stage): [string, Stage] => {
    const open = openPart(stage.context, [...rawFields(stage), "stageEnabled"]);
    const named = { ...stage, name: evaluatedName(stage.name, options) };
    if (open === null) return [stage.id, named];
    const done: JsonObject = {};
    const pending: string[] = [];
    for (const [key, value] of Object.entries(open)) {
      const { result, errors } = evaluateTemplate({ [key]: value }, options);
      if (errors.length === 0) Object.assign(done, evaluated(result));
      else pending.push(key);
    }
    const kept = Object.entries(stage.source).filter(([key]) => !Object.hasOwn(open, key) || pending.includes(key));
    const source: JsonObject = { ...Object.fromEntries(kept), ...done };
    return [stage.id, { ...named, source, context: source, open: pending }];
  });
  return { ...header, stages: new Map(stages) };
}

/** Keys may be expressions as well; none of them becomes a key that only the engine writes. */
function evaluated(result: unknown): JsonObject {
  const entries = Object.entries(plainJson(result) as JsonObject);
  return Object.fromEntries(entries.filter(([key]) => !patchedByKeys.has(key)));
}

function evaluatedName(name: string, options: EvaluationOptions): string {
  const { result } = evaluateTemplate(name, options);
  return typeof result === "object" && result !== null ? name : String(result);
}

/** The fields of a pipeline that hold expressions, without its stages and without what is only for stages to use. */
function pipelineFields(config: JsonObject): JsonObject {
  return openPart(config, ["stages", "templateVariables", "template", "id"]) ?? {};
}

/** Version 4 of the evaluator: stages are evaluated when they begin and not before. */
function isLate(execution: Execution): boolean {
  const version = execution.initialConfig["spelEvaluator"];
  return typeof version === "string" && version.toLowerCase() === "v4";
}

const languageOf = (execution: Execution): { language?: "cel" } =>
  execution.initialConfig["expressions"] === "cel" ? { language: "cel" } : {};

/** The keys of a context that hold expressions to be evaluated, null when there are none. */
function openPart(context: JsonObject, raw: readonly string[], only?: readonly string[]): JsonObject | null {
  const entries = Object.entries(context).filter(
    ([key, value]) =>
      (only === undefined || only.includes(key)) &&
      !raw.includes(key) &&
      key !== summaryKey &&
      !patchedByKeys.has(key) &&
      (key.includes("${") || hasExpression(value)),
  );
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

function hasExpression(value: Json): boolean {
  if (typeof value === "string") return value.includes("${");
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(hasExpression);
  return Object.entries(value).some(([key, part]) => key.includes("${") || hasExpression(part));
}

/** Of what failed earlier, what is not being evaluated now: a task may have evaluated fields of its own. */
function untouched(earlier: Json | undefined, open: JsonObject): JsonObject {
  if (!isJsonObject(earlier)) return {};
  const texts = textsIn(open);
  return Object.fromEntries(
    Object.entries(earlier).filter(([expression]) => !texts.some((text) => text.includes(expression))),
  );
}

function textsIn(value: Json): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return Object.entries(value).flatMap(([key, part]) => [key, ...textsIn(part)]);
}

/** Spinnaker's shape: each expression with what was wrong with it. */
function summary(errors: readonly ExpressionProblem[], now: number): JsonObject {
  const groups = Map.groupBy(errors, (problem) => problem.expression);
  return Object.fromEntries(
    [...groups].map(([expression, problems]) => [
      expression,
      problems.map(({ level, description }) => ({ level, description, timestamp: now })),
    ]),
  );
}

function executionData(execution: Execution): ExecutionData {
  const { stages, topology: _topology, initialConfig, user, ...header } = execution;
  const variables = initialConfig["templateVariables"];
  return {
    ...header,
    initialConfig,
    spelEvaluator: isLate(execution) ? "v4" : "v3",
    authentication: { user },
    ...execution.limits,
    notifications: initialConfig["notifications"] ?? [],
    ...(isJsonObject(variables) ? { templateVariables: variables } : {}),
    stages: [...stages.values()].map(stageData),
  };
}

function stageData(stage: Stage): StageData {
  const { id, refId, type, name, status, context, outputs, requisites, parentId, owner, startTime, endTime, tasks } =
    stage;
  const place = { requisiteStageRefIds: requisites, parentStageId: parentId, syntheticStageOwner: owner };
  return { id, refId, type, name, status, context, outputs, ...place, startTime, endTime, tasks };
}
