import { addStages, exceptionOf, send, setStage, type Draft } from "../draft.ts";
import { phaseOf, syntheticStages } from "../synthetic.ts";
import { childrenOf, upstreamOf } from "../topology.ts";
import { endsParent, isActive, isComplete, isHalt, isPassing } from "../status.ts";
import {
  PlannedElsewhere,
  PlanningError,
  PlanningPostponed,
  type MessageOf,
  type Plan,
  type Stage,
  type Task,
} from "../model.ts";

/** Starts a stage whose requirements have all ended well: skips it, or plans it and starts its first part. */
export function startStage(draft: Draft, message: MessageOf<"StartStage">): void {
  const stage = draft.stages.get(message.stageId);
  if (stage === undefined || stage.status !== "NOT_STARTED") return;
  // A run that was canceled while the last running stage ended is over before this is handled.
  if (draft.execution.halting || isComplete(draft.execution.status)) return;
  if (stage.parentId !== null && !parentGoesOn(draft, stage, stage.parentId)) return;
  const upstream = upstreamOf(draft.execution, stage);
  if (upstream.some((required) => isHalt(required.status))) {
    if (stage.parentId === null) send(draft, { type: "CompleteExecution" });
    else send(draft, { type: "CompleteStage", stageId: stage.parentId });
    return;
  }
  if (!upstream.every((required) => isPassing(required.status))) return;
  if (
    stage.context["manualSkip"] === true ||
    isExpired(draft, stage) ||
    !draft.env.planner.enabled(draft.execution, stage)
  ) {
    send(draft, { type: "SkipStage", stageId: stage.id });
    return;
  }
  begin(draft, stage);
}

/** False when the parent is ending or a sibling of the same phase has failed: then the parent ends, and this never starts. */
function parentGoesOn(draft: Draft, stage: Stage, parentId: string): boolean {
  const parent = draft.stages.get(parentId);
  if (parent === undefined || !isActive(parent.status) || parent.ending !== null) return false;
  if (!failedSibling(draft, parent, stage)) return true;
  send(draft, { type: "CompleteStage", stageId: parentId });
  return false;
}

export function failedSibling(draft: Draft, parent: Stage, like: Stage): boolean {
  return phaseOf(draft, parent.id, like).some((sibling) => isHalt(sibling.status) || endsParent(sibling));
}

/** `startTimeExpiry` (epoch milliseconds): a stage that would begin later than this is skipped. */
function isExpired(draft: Draft, stage: Stage): boolean {
  const expiry = Number(stage.context["startTimeExpiry"] ?? Number.NaN);
  return Number.isFinite(expiry) && draft.env.now > expiry;
}

function begin(draft: Draft, stage: Stage): void {
  const { env, execution } = draft;
  const start = { status: "RUNNING", startTime: env.now, pausedBefore: execution.pausedMs } as const;
  let plan: Plan;
  try {
    plan = env.planner.plan(execution, stage);
  } catch (error) {
    if (error instanceof PlannedElsewhere || error instanceof PlanningPostponed) throw error;
    const failed = setStage(draft, stage.id, {
      ...start,
      ...planningFailure(draft, stage, error),
      planningFailed: true,
    });
    send(draft, { type: "CompleteStage", stageId: failed.id });
    return;
  }
  const { context, unresolved } = plan;
  const tasks = plan.tasks.map((task, index): Task => ({
    id: String(index + 1),
    name: task.name,
    status: "NOT_STARTED",
    startTime: null,
    endTime: null,
    attempt: stage.attempt,
    pausedBefore: 0,
    timeoutMs: task.timeoutMs,
    loopStart: task.loopStart,
    ...(task.gathers === true ? { gathers: true } : {}),
    waiting: null,
  }));
  const started = setStage(draft, stage.id, { ...start, context, unresolved, tasks, awaits: null });
  addStages(draft, syntheticStages(draft, started, "STAGE_BEFORE", plan.before));
  startFirstPart(draft, started);
}

function startFirstPart(draft: Draft, stage: Stage): void {
  const before = childrenOf(draft.execution, stage.id).filter((child) => child.owner === "STAGE_BEFORE");
  const first = stage.tasks[0];
  if (before.length > 0) {
    for (const child of before)
      if (child.requisites.length === 0) send(draft, { type: "StartStage", stageId: child.id });
  } else if (first !== undefined) {
    send(draft, { type: "StartTask", stageId: stage.id, taskId: first.id });
  } else {
    send(draft, { type: "CompleteStage", stageId: stage.id });
  }
}

/** Context and explanation of a stage that could not be planned. */
export function planningFailure(draft: Draft, stage: Stage, error: unknown): Pick<Stage, "context" | "failure"> {
  const message = error instanceof Error ? error.message : String(error);
  const failure = error instanceof PlanningError ? error.explanation : { code: "stage.planningFailed", message };
  const exception = exceptionOf(draft.env.now, stage.type, error instanceof Error ? error.name : "Error", message);
  return { context: { ...stage.context, exception }, failure };
}
