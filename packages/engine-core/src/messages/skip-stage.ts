import { operate, send, setStage, type Draft } from "../draft.ts";
import { childrenOf } from "../topology.ts";
import { isActive } from "../status.ts";
import { settleEnding, startNext } from "./complete-stage.ts";
import type { MessageOf } from "../model.ts";

/** Skips a stage that has not begun; what follows starts. */
export function skipStage(draft: Draft, message: MessageOf<"SkipStage">): void {
  const stage = draft.stages.get(message.stageId);
  if (stage === undefined || stage.status !== "NOT_STARTED" || draft.execution.halting) return;
  startNext(draft, setStage(draft, stage.id, { status: "SKIPPED", startTime: draft.env.now, endTime: draft.env.now }));
}

/** A person skips a stage: at once if it has not begun (when its turn comes), else after its task has let go. */
export function manualSkip(draft: Draft, message: MessageOf<"ManualSkip">): void {
  const stage = draft.stages.get(message.stageId);
  if (stage === undefined) return;
  const patch = { manualSkip: true, ...(message.reason === null ? {} : { reason: message.reason }) };
  if (stage.status === "NOT_STARTED") {
    setStage(draft, stage.id, { context: { ...stage.context, ...patch } });
    return;
  }
  if (!isActive(stage.status) || stage.ending !== null) return;
  setStage(draft, stage.id, { context: { ...stage.context, ...patch } });
  requestEnd(draft, stage.id, "skip");
}

/** Asks a stage and all active stages below it to end. */
export function requestEnd(draft: Draft, stageId: string, ending: "cancel" | "skip"): void {
  const stage = draft.stages.get(stageId);
  if (stage === undefined || !isActive(stage.status) || stage.ending === "cancel" || stage.ending === ending) return;
  const { activity } = stage;
  const aborted = activity?.kind === "run" ? { ...activity, aborting: ending } : activity;
  setStage(draft, stageId, { ending, activity: aborted });
  if (activity?.kind === "run") operate(draft, { op: "abort", stageId });
  for (const child of childrenOf(draft.execution, stageId)) requestEnd(draft, child.id, ending);
  settleEnding(draft, stageId, { canceled: false });
}

export function cancelStage(draft: Draft, message: MessageOf<"CancelStage">): void {
  requestEnd(draft, message.stageId, "cancel");
}

/** Asks once more whether a stage that was asked to end can end now. */
export function settleStage(draft: Draft, message: MessageOf<"SettleStage">): void {
  settleEnding(draft, message.stageId, { canceled: false });
}

/** The side effect of a stage that was asked to end has let go. */
export function taskAborted(draft: Draft, message: MessageOf<"TaskAborted">): void {
  const stage = draft.stages.get(message.stageId);
  if (stage?.activity?.kind !== "run" || stage.activity.aborting === null) return;
  setStage(draft, stage.id, { activity: null });
  operate(draft, { op: "delete", stageId: stage.id });
  settleEnding(draft, stage.id, { canceled: false });
}

/** The stage's `cancel` has run. What it could not undo is kept as the stage's failure. */
export function cancelFinished(draft: Draft, message: MessageOf<"CancelFinished">): void {
  const stage = draft.stages.get(message.stageId);
  if (stage?.activity?.kind !== "cancel") return;
  setStage(draft, stage.id, {
    activity: null,
    context: message.context === undefined ? stage.context : { ...stage.context, ...message.context },
    outputs: message.outputs === undefined ? stage.outputs : { ...stage.outputs, ...message.outputs },
    failure: message.failure ?? stage.failure,
  });
  operate(draft, { op: "delete", stageId: stage.id });
  settleEnding(draft, stage.id, { canceled: true });
  if (stage.parentId === null) send(draft, { type: "CompleteExecution" });
}
