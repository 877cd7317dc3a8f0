import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { evaluateTemplate } from "@gennaker/expressions/evaluate.ts";
import type { ExpressionProblem } from "@gennaker/expressions/evaluate.ts";
import type { ExecutionData } from "@gennaker/expressions/execution.ts";
import { toFlag } from "@gennaker/pipeline-model/coerce.ts";
import type { ExecutionView, TaskContext, TaskResult } from "../../../engine/api.ts";

/** A value to evaluate and the name under which those after it see the result; `extra` is evaluated beside it. */
export type Entry = { name: string; value: Json; extra?: Json };
export type Evaluated = { value: Json; extra: Json; failed: boolean };

/**
 * Evaluates values one after another, each visible to the next by its name. Only texts are evaluated; one that fails
 * keeps its raw text and is not visible.
 */
export async function evaluateInOrder(
  { execution, stage, now, answers = async (evaluate) => evaluate({}) }: TaskContext,
  entries: readonly Entry[],
): Promise<{ values: Evaluated[]; errors: ExpressionProblem[] }> {
  const data = executionData(execution);
  const context: JsonObject = { ...stage.context };
  const errors: ExpressionProblem[] = [];
  const evaluated = async ({ name, value, extra = null }: Entry): Promise<Evaluated> => {
    if (typeof value !== "string") return { value, extra, failed: false };
    const options = {
      context,
      execution: data,
      currentStageRefId: stage.refId,
      user: execution.authentication.user,
      now,
      ...languageOf(execution),
    };
    const { result, errors: found } = await answers((resolvers) =>
      evaluateTemplate({ value, extra }, { ...options, ...resolvers }),
    );
    errors.push(...found);
    if (found.length > 0) return { value, extra, failed: true };
    const plain = JSON.parse(JSON.stringify(result)) as { value?: Json; extra?: Json };
    const given = plain.value ?? null;
    if (name !== "") context[name] = given;
    return { value: given, extra: plain.extra ?? null, failed: false };
  };
  const values: Evaluated[] = [];
  // One after another: each sees those before it.
  for (const entry of entries) values.push(await evaluated(entry));
  return { values, errors };
}

/** A pipeline may say that its expressions are CEL. */
const languageOf = ({ initialConfig }: Pick<TaskContext["execution"], "initialConfig">): { language?: "cel" } =>
  initialConfig["expressions"] === "cel" ? { language: "cel" } : {};

/** Fields that stand in the configuration, with their expressions evaluated as if they stood in the stage. */
export function evaluateFields(
  { execution, stage, now }: Pick<TaskContext, "execution" | "stage" | "now">,
  fields: JsonObject,
  context: JsonObject,
): JsonObject {
  const { result } = evaluateTemplate(fields, {
    context,
    execution: executionData(execution),
    currentStageRefId: stage.refId,
    user: execution.authentication.user,
    now,
    ...languageOf(execution),
  });
  return JSON.parse(JSON.stringify(result)) as JsonObject;
}

/** What failed expressions leave in the context, and whether they fail the stage. */
export function summaryOf(
  errors: readonly ExpressionProblem[],
  { stage, now }: TaskContext,
): { context: JsonObject; failure: TaskResult | null } {
  if (errors.length === 0) return { context: {}, failure: null };
  const groups = Map.groupBy(errors, (problem) => problem.expression);
  const timestamp = now().getTime();
  const summary = Object.fromEntries(
    [...groups].map(([expression, problems]) => [
      expression,
      problems.map(({ level, description }) => ({ level, description, timestamp })),
    ]),
  );
  const context: JsonObject = { expressionEvaluationSummary: summary };
  if (toFlag(stage.context["failOnFailedExpressions"]) !== true) return { context, failure: null };
  const message = `Expressions of the stage failed: ${errors.map(({ description }) => description).join("; ")}.`;
  return { context, failure: { status: "TERMINAL", context, failure: { code: "stage.expressions", message } } };
}

/** The run as expressions know it: times in epoch milliseconds. */
function executionData(execution: ExecutionView): ExecutionData {
  const epoch = (time: string | null): number | null => (time === null ? null : Date.parse(time));
  const variables = execution.initialConfig["templateVariables"];
  return {
    ...execution,
    buildTime: epoch(execution.buildTime),
    startTime: epoch(execution.startTime),
    endTime: epoch(execution.endTime),
    ...(isJsonObject(variables) ? { templateVariables: variables } : {}),
    stages: execution.stages.map((stage) => ({
      ...stage,
      startTime: epoch(stage.startTime),
      endTime: epoch(stage.endTime),
    })),
  };
}
