import { isJsonObject, type JsonObject } from "@gennaker/contract/json.ts";
import { addStages, operate, removeStages, send, setStage, type Draft } from "../draft.ts";
import { syntheticStages } from "../synthetic.ts";
import { childrenOf, downstreamOf } from "../topology.ts";
import {
  endsParent,
  hasFailedExpressions,
  isActive,
  isComplete,
  isFailure,
  isHalt,
  isPassing,
  stageStatus,
  summaryKey,
} from "../status.ts";
import { planningFailure } from "./start-stage.ts";
import {
  PlannedElsewhere,
  type Explanation,
  type MessageOf,
  type PlannedStage,
  type Stage,
  type Status,
} from "../model.ts";

/** Ends a stage whose parts have ended, after its after-stages (it did well) or on-failure stages (it did not). */
export function completeStage(draft: Draft, message: MessageOf<"CompleteStage">): void {
  const stage = draft.stages.get(message.stageId);
  if (stage === undefined || !isActive(stage.status) || stage.ending !== null || stage.activity !== null) return;
  const children = childrenOf(draft.execution, stage.id);
  if (children.some((child) => isActive(child.status) || isAboutToStart(draft, child))) return;
  const status = failsByExpressions(stage) ? "TERMINAL" : stageStatus(stage, children);
  if (status === "NOT_STARTED" || status === "RUNNING" || isPassing(status)) {
    const plan = planMore(draft, stage, "after");
    if (plan === "started") return;
    if (plan === "failed") return end(draft, stage.id, "TERMINAL");
    if (status === "RUNNING") return;
    return end(draft, stage.id, status === "NOT_STARTED" ? "SKIPPED" : status);
  }
  if (isFailure(status)) {
    const plan = planMore(draft, stage, "onFailure");
    if (plan === "started") return;
    if (plan === "failed") return end(draft, stage.id, "TERMINAL");
  }
  end(draft, stage.id, status);
}

/** `failOnFailedExpressions`: what could not be evaluated until the end fails the stage, whatever its other flags say. */
function failsByExpressions(stage: Stage): boolean {
  return stage.context["failOnFailedExpressions"] === true && hasFailedExpressions(stage.context);
}

function isAboutToStart(draft: Draft, child: Stage): boolean {
  if (child.status !== "NOT_STARTED") return false;
  return draft.queue.some((message) => message.type === "StartStage" && message.stageId === child.id);
}

/** Plans the after-stages or on-failure stages once, and starts those that can start. */
function planMore(draft: Draft, stage: Stage, which: "after" | "onFailure"): "started" | "nothing" | "failed" {
  // As in Orca, after-stages are not planned any more once on-failure stages have run, whatever these made of the status.
  const undone = childrenOf(draft.execution, stage.id).some((child) => child.onFailure);
  const done = which === "after" ? stage.afterPlanned || undone : stage.onFailurePlanned;
  if (!done) {
    let planned: readonly PlannedStage[];
    try {
      planned = draft.env.planner[which](draft.execution, stage);
    } catch (error) {
      if (error instanceof PlannedElsewhere) throw error;
      setStage(draft, stage.id, planningFailure(draft, stage, error));
      return "failed";
    }
    const onFailure = which === "onFailure";
    const parent = setStage(draft, stage.id, onFailure ? { onFailurePlanned: true } : { afterPlanned: true });
    if (onFailure && planned.length > 0) dropUnbegun(draft, stage.id);
    addStages(draft, syntheticStages(draft, parent, "STAGE_AFTER", planned, { onFailure }));
  }
  const startable = childrenOf(draft.execution, stage.id).filter(
    (child) =>
      child.owner === "STAGE_AFTER" &&
      child.onFailure === (which === "onFailure") &&
      child.status === "NOT_STARTED" &&
      child.requisites.length === 0,
  );
  for (const child of startable) send(draft, { type: "StartStage", stageId: child.id });
  return startable.length > 0 ? "started" : "nothing";
}

function dropUnbegun(draft: Draft, stageId: string): void {
  const unbegun = childrenOf(draft.execution, stageId).filter((child) => child.status === "NOT_STARTED");
  removeStages(
    draft,
    unbegun.map((child) => child.id),
  );
}

function end(draft: Draft, stageId: string, status: Status): void {
  const before = draft.stages.get(stageId);
  if (before === undefined) return;
  const failure =
    isPassing(status) && status !== "FAILED_CONTINUE"
      ? before.failure
      : (before.failure ?? inherited(draft, stageId) ?? byExpressions(before));
  finishStage(
    draft,
    setStage(draft, stageId, {
      status,
      endTime: draft.env.now,
      failure,
      context: withExpressionErrors(before.context),
    }),
  );
}

function byExpressions(stage: Stage): Explanation | null {
  if (!failsByExpressions(stage)) return null;
  const message = `Expressions could not be evaluated, and the stage says failOnFailedExpressions: ${errorsOf(stage.context).join("; ")}`;
  return { code: "stage.failedExpressions", message };
}

/** What is wrong with expressions is shown beside other errors of the stage, where Orca shows it: `exception.details.errors`. */
function withExpressionErrors(context: JsonObject): JsonObject {
  if (!hasFailedExpressions(context)) return context;
  const exception = context["exception"];
  const known = isJsonObject(exception) && isJsonObject(exception["details"]) ? exception["details"] : null;
  const before = known !== null && Array.isArray(known["errors"]) ? known["errors"] : [];
  const details: JsonObject = {
    error: "Failed Expression Evaluation",
    ...known,
    errors: [...before, ...errorsOf(context).filter((error) => !before.includes(error))],
  };
  return { ...context, exception: { ...(isJsonObject(exception) ? exception : {}), details } };
}

function errorsOf(context: JsonObject): string[] {
  const summary = context[summaryKey];
  return Object.values(isJsonObject(summary) ? summary : {})
    .flatMap((problems) => (Array.isArray(problems) ? problems : []))
    .map((problem) => String(isJsonObject(problem) ? (problem["description"] ?? "") : problem));
}

/** A parent fails because a child did: its reason, with the child's name. */
function inherited(draft: Draft, stageId: string): Explanation | null {
  const culprit = childrenOf(draft.execution, stageId).find(
    (child) => isFailure(child.status) && child.failure !== null,
  );
  if (culprit === undefined || culprit.failure === null) return null;
  return { ...culprit.failure, message: `${culprit.name}: ${culprit.failure.message}` };
}

/** Tells whoever waits for this stage that it has ended. */
export function finishStage(draft: Draft, stage: Stage): void {
  const parent = stage.parentId === null ? undefined : draft.stages.get(stage.parentId);
  if (parent !== undefined && endsParent(stage)) {
    send(draft, { type: "CompleteStage", stageId: parent.id });
  } else if (isPassing(stage.status)) {
    startNext(draft, stage);
  } else if (parent !== undefined) {
    send(draft, { type: "CompleteStage", stageId: parent.id });
  } else {
    send(draft, { type: "CompleteExecution" });
  }
}

/** Starts what follows, else lets the parent go on, else lets the run end. */
export function startNext(draft: Draft, stage: Stage): void {
  const downstream = downstreamOf(draft.execution, stage);
  if (downstream.length > 0) {
    for (const next of downstream) send(draft, { type: "StartStage", stageId: next.id });
  } else if (stage.parentId !== null && stage.owner !== null) {
    send(draft, { type: "ContinueParentStage", stageId: stage.parentId, phase: stage.owner });
  } else {
    send(draft, { type: "CompleteExecution" });
  }
}

/**
 * Ends a stage that was asked to end (cancel or skip) once nothing of it is on the way; runs `cancel` first where there is
 * one: a stage that is skipped in its middle must not leave behind what it had begun.
 */
export function settleEnding(draft: Draft, stageId: string, options: { canceled: boolean }): void {
  const stage = draft.stages.get(stageId);
  if (stage === undefined || stage.ending === null || stage.activity !== null || isComplete(stage.status)) return;
  if (childrenOf(draft.execution, stageId).some((child) => isActive(child.status))) return;
  if (!options.canceled && isCancellable(draft, stage)) {
    const task = stage.tasks.find((candidate) => isActive(candidate.status)) ?? stage.tasks.at(-1);
    const taskId = task?.id ?? null;
    setStage(draft, stageId, { activity: { kind: "cancel", taskId, aborting: null } });
    operate(draft, { op: "start", stageId, kind: "cancel", taskId, attempt: stage.attempt });
    return;
  }
  if (draft.outgoing.some(({ message }) => message.type === "SettleStage" && message.stageId === stageId)) return;
  const status = stage.ending === "cancel" ? "CANCELED" : "SKIPPED";
  const tasks = stage.tasks.map((task) =>
    isActive(task.status) ? ({ ...task, status, endTime: draft.env.now, waiting: null } as const) : task,
  );
  const ended = setStage(draft, stageId, { status, tasks, endTime: draft.env.now, ending: null });
  if (status === "SKIPPED") skipUnbegun(draft, stageId);
  const parent = ended.parentId === null ? undefined : draft.stages.get(ended.parentId);
  if (parent !== undefined && parent.ending !== null) settleEnding(draft, parent.id, { canceled: false });
  else if (isHalt(status)) finishStage(draft, ended);
  else startNext(draft, ended);
}

/** Parts of a skipped stage whose turn never came are skipped with it. */
function skipUnbegun(draft: Draft, stageId: string): void {
  for (const child of childrenOf(draft.execution, stageId))
    if (child.status === "NOT_STARTED") setStage(draft, child.id, { status: "SKIPPED", endTime: draft.env.now });
}

/** False, with a message for the replica that knows it, when this one does not know whether the stage has a `cancel`. */
function isCancellable(draft: Draft, stage: Stage): boolean {
  try {
    return draft.env.planner.cancellable(draft.execution, stage);
  } catch (error) {
    if (!(error instanceof PlannedElsewhere)) throw error;
    const message = { type: "SettleStage", stageId: stage.id } as const;
    draft.outgoing.push({ executionId: draft.execution.id, message, requires: error.key });
    return false;
  }
}
