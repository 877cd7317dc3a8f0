import { fieldsIn } from "../../../traffic/stages/api.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { isExpression } from "@gennaker/pipeline-model/coerce.ts";
import type { comparisons } from "@gennaker/pipeline-model/stages/check-preconditions.ts";
import { preconditionContexts } from "@gennaker/pipeline-model/stages/check-preconditions.ts";
import type { ExecutionView, TaskContext, TaskResult } from "../../../engine/api.ts";
import type { TrafficDeps } from "../../../traffic/stages/api.ts";
import { clusterIn, clusterNameIn, placesOf } from "../server-groups/inventory.ts";

/** Holds: SUCCEEDED. Does not: TERMINAL with the figures, and the pipeline's own words where it has some. */
export async function checkPrecondition(
  deps: TrafficDeps,
  type: "expression" | "clusterSize" | "stageStatus",
  context: JsonObject,
  task: TaskContext,
): Promise<TaskResult> {
  if (type === "expression") return expressionHolds(context);
  if (type === "stageStatus") return stageStatusHolds(context, task.execution);
  return await clusterSizeHolds(deps, context);
}

function expressionHolds(context: JsonObject): TaskResult {
  const value = context["expression"] ?? null;
  const own = typeof context["failureMessage"] === "string" ? context["failureMessage"] : null;
  const kept: JsonObject = { context: { ...context, expressionResult: String(value) } };
  if (String(value).trim().toLowerCase() === "true") return { status: "SUCCEEDED", context: kept };
  const found = isExpression(value)
    ? `The expression ${String(value)} could not be evaluated`
    : `The expression gave ${JSON.stringify(value)}, not true`;
  return { ...fail("precondition.expression", found, own, { value }), context: kept };
}

function stageStatusHolds(context: JsonObject, execution: ExecutionView): TaskResult {
  const { stageName, stageStatus, failureMessage } = fieldsIn(
    preconditionContexts.stageStatus,
    context,
    "stageStatus precondition",
  );
  const stage = execution.stages.find((candidate) => candidate.name === stageName);
  if (stage === undefined) {
    return fail("precondition.stageMissing", `There is no stage named "${stageName}" in this run`, failureMessage, {
      stageName,
    });
  }
  if (stage.status === stageStatus.toUpperCase()) return { status: "SUCCEEDED" };
  const words = `Stage "${stageName}" is ${stage.status}, not ${stageStatus}`;
  return fail("precondition.stageStatus", words, failureMessage, {
    stageName,
    expected: stageStatus,
    actual: stage.status,
  });
}

async function clusterSizeHolds(deps: TrafficDeps, context: JsonObject): Promise<TaskResult> {
  const fields = fieldsIn(preconditionContexts.clusterSize, context, "clusterSize precondition");
  const cluster = clusterNameIn(fields);
  const comparison = fields.comparison ?? "==";
  const expected = fields.expected ?? 1;
  const wrong: string[] = [];
  for (const place of await placesOf(deps, fields)) {
    const groups = await clusterIn(place, cluster);
    const actual = groups.filter((group) => fields.onlyEnabledServerGroups !== true || !group.disabled).length;
    if (!compare(actual, comparison, expected)) wrong.push(`${actual} in ${place.account}/${place.region}`);
  }
  if (wrong.length === 0) return { status: "SUCCEEDED" };
  const what = fields.onlyEnabledServerGroups === true ? "enabled server groups" : "server groups";
  const words = `Cluster ${cluster} should have ${comparison} ${expected} ${what}, but has ${wrong.join(", ")}`;
  return fail("precondition.clusterSize", words, fields.failureMessage, { cluster, comparison, expected });
}

/** The five comparisons of a cluster size. */
export function compare(actual: number, comparison: (typeof comparisons)[number], expected: number): boolean {
  if (comparison === "<") return actual < expected;
  if (comparison === "<=") return actual <= expected;
  if (comparison === ">") return actual > expected;
  if (comparison === ">=") return actual >= expected;
  return actual === expected;
}

function fail(code: string, found: string, own: string | null | undefined, details: JsonObject): TaskResult {
  const message = own === undefined || own === null || own === "" ? `${found}.` : `${own} (${found}.)`;
  return { status: "TERMINAL", failure: { code, message, details } };
}
