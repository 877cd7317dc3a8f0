import { isJsonObject, type JsonObject } from "@gennaker/contract/json.ts";
import type { Stage, Status } from "./model.ts";

const complete: ReadonlySet<Status> = new Set([
  "SUCCEEDED",
  "FAILED_CONTINUE",
  "SKIPPED",
  "TERMINAL",
  "CANCELED",
  "STOPPED",
]);
const halt: ReadonlySet<Status> = new Set(["TERMINAL", "CANCELED", "STOPPED"]);
const failure: ReadonlySet<Status> = new Set(["TERMINAL", "STOPPED", "FAILED_CONTINUE"]);
const passing: ReadonlySet<Status> = new Set(["SUCCEEDED", "FAILED_CONTINUE", "SKIPPED"]);
const active: ReadonlySet<Status> = new Set(["RUNNING", "PAUSED", "SUSPENDED"]);

/** Nothing more will happen. */
export function isComplete(status: Status): boolean {
  return complete.has(status);
}

/** Complete, and what follows must not start. */
export function isHalt(status: Status): boolean {
  return halt.has(status);
}

/** Orca's "failure" set; STOPPED is both a failure and a success there. */
export function isFailure(status: Status): boolean {
  return failure.has(status);
}

/** Complete, and what follows may start. */
export function isPassing(status: Status): boolean {
  return passing.has(status);
}

/** Begun and not complete. */
export function isActive(status: Status): boolean {
  return active.has(status);
}

/**
 * What a failed task makes of its stage: `continuePipeline` wins, then `failPipeline: false`, else `otherwise`.
 * Only the JSON values `true` and (for `failPipeline`) absent or null count, as in Orca.
 */
export function failureStatus(context: JsonObject, otherwise: "TERMINAL" | "CANCELED" = "TERMINAL"): Status {
  if (context["continuePipeline"] === true) return "FAILED_CONTINUE";
  const failPipeline = context["failPipeline"] ?? true;
  return failPipeline === true ? otherwise : "STOPPED";
}

/** Context key of the expressions that could not be evaluated: each with what was wrong with it. */
export const summaryKey = "expressionEvaluationSummary";

/** Does a context say that expressions of it could not be evaluated? */
export function hasFailedExpressions(context: JsonObject): boolean {
  const summary = context[summaryKey];
  return isJsonObject(summary) && Object.keys(summary).length > 0;
}

/**
 * A failed child whose failure is ignored (FAILED_CONTINUE) ends its parent, so that no later sibling starts, unless the child says
 * `allowSiblingStagesToContinueOnFailure`. As in Orca it is the child's own word; the parent's does not count.
 */
export function endsParent(child: Stage): boolean {
  return child.status === "FAILED_CONTINUE" && child.context["allowSiblingStagesToContinueOnFailure"] !== true;
}

/** A stage's status from its synthetic stages and tasks: Orca's order, first match wins. */
export function stageStatus(stage: Stage, children: readonly Stage[]): Status {
  const statuses = [...children.map((child) => child.status), ...stage.tasks.map((task) => task.status)];
  if (stage.planningFailed) statuses.push(failureStatus(stage.context));
  if (statuses.length === 0) return "NOT_STARTED";
  if (statuses.includes("TERMINAL")) return failureStatus(stage.context);
  if (statuses.includes("STOPPED")) return "STOPPED";
  if (statuses.includes("CANCELED")) return "CANCELED";
  if (statuses.includes("FAILED_CONTINUE")) return "FAILED_CONTINUE";
  if (statuses.every((status) => status === "SUCCEEDED" || status === "SKIPPED")) return "SUCCEEDED";
  const afterPending = children.some((child) => child.owner === "STAGE_AFTER" && child.status === "NOT_STARTED");
  return afterPending ? "RUNNING" : "TERMINAL";
}

/**
 * A run's status from its top-level stages. `undecided`: something still runs or can start. `stuck`: nothing runs, nothing can
 * start, and no stopped branch explains it (a requirement that does not exist, or a cycle); Orca waits for ever there.
 * `failAfterwards`: a STOPPED stage, at whatever depth, says `completeOtherBranchesThenFail`.
 */
export function executionStatus(
  stages: readonly Stage[],
  facts: { canMove: boolean; unreachable: boolean; failAfterwards: boolean },
): "SUCCEEDED" | "TERMINAL" | "CANCELED" | "undecided" | "stuck" {
  if (stages.every((stage) => isPassing(stage.status))) return "SUCCEEDED";
  if (stages.some((stage) => stage.status === "TERMINAL")) return "TERMINAL";
  if (stages.some((stage) => stage.status === "CANCELED")) return "CANCELED";
  if (facts.canMove) return "undecided";
  if (facts.unreachable) return "stuck";
  return facts.failAfterwards ? "TERMINAL" : "SUCCEEDED";
}
