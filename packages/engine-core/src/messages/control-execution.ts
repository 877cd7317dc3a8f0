import { operate, send, setHeader, setStage, type Draft } from "../draft.ts";
import { isComplete } from "../status.ts";
import type { MessageOf, Stage, Status } from "../model.ts";

/** Marks the run as canceled; running stages are asked to end, and the run ends when they have. */
export function cancelExecution(draft: Draft, message: MessageOf<"CancelExecution">): void {
  const { execution } = draft;
  if (execution.pendingRestart !== null && isComplete(execution.status)) setHeader(draft, { pendingRestart: null });
  if (isComplete(execution.status) || execution.canceled) return;
  const begun = execution.status === "RUNNING" || execution.status === "PAUSED";
  if (execution.status === "PAUSED") endPause(draft, "parked");
  setHeader(draft, {
    canceled: true,
    canceledBy: message.user,
    cancellationReason: message.reason,
    halting: true,
    held: [],
  });
  if (begun) {
    send(draft, { type: "CompleteExecution" });
    return;
  }
  setHeader(draft, { status: "CANCELED", endTime: draft.env.now, halting: false, failure: null });
  draft.wakes.push(`execution:${execution.id}`);
}

/**
 * Holds the run: no task begins; one that is on the way may end and its result is kept. A person who pauses a run that the engine's
 * pause holds keeps it paused beyond that one's end.
 */
export function pauseExecution(draft: Draft, message: MessageOf<"PauseExecution">): void {
  const { execution, env } = draft;
  if (execution.status === "PAUSED" && execution.paused?.engine === true && message.engine !== true) {
    const { engine: _engine, ...paused } = execution.paused;
    setHeader(draft, { paused: { ...paused, pausedBy: message.user } });
    return;
  }
  if (execution.status !== "RUNNING" || execution.halting) return;
  const mark = message.engine === true ? { engine: true as const } : {};
  setHeader(draft, {
    status: "PAUSED",
    paused: { pausedBy: message.user, pauseTime: env.now, resumeTime: null, ...mark },
  });
  exchange(draft, "RUNNING", "PAUSED");
  for (const stage of draft.stages.values())
    if (stage.activity?.kind === "run") operate(draft, { op: "park", stageId: stage.id });
}

/** The end of the engine's pause leaves alone what a person has paused. */
export function resumeExecution(draft: Draft, message: MessageOf<"ResumeExecution">): void {
  if (draft.execution.status !== "PAUSED") return;
  if (message.engine === true && draft.execution.paused?.engine !== true) return;
  endPause(draft, "due");
}

function endPause(draft: Draft, runs: "due" | "parked"): void {
  const { execution, env } = draft;
  const pause = execution.paused;
  const held = execution.held;
  setHeader(draft, {
    status: "RUNNING",
    paused: pause === null ? null : { ...pause, resumeTime: env.now },
    pausedMs: execution.pausedMs + (pause === null ? 0 : env.now - pause.pauseTime),
    held: [],
  });
  exchange(draft, "PAUSED", "RUNNING");
  if (runs === "due") {
    for (const stage of draft.stages.values())
      if (stage.activity?.kind === "run") operate(draft, { op: "unpark", stageId: stage.id });
  }
  for (const message of held) send(draft, message);
}

function exchange(draft: Draft, from: Status, to: Status): void {
  for (const stage of draft.stages.values()) {
    if (stage.status !== from) continue;
    const tasks = stage.tasks.map((task) => (task.status === from ? { ...task, status: to } : task));
    const patch: Partial<Stage> = { status: to, tasks };
    setStage(draft, stage.id, patch);
  }
}
