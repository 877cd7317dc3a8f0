import { send, setHeader, type Draft } from "../draft.ts";
import { executionDeadline } from "../deadline.ts";
import { timedOutCode } from "./complete-execution.ts";
import type { MessageOf } from "../model.ts";

/**
 * Looks whether the whole run's time is up. Time paused and time spent before a closed window does not count, so it may have to look
 * again later. A run whose time is up cancels what it has begun and ends TERMINAL. While paused, the question waits for the resume.
 */
export function timeOutExecution(draft: Draft, message: MessageOf<"TimeOutExecution">): void {
  const { execution, env } = draft;
  const { limit } = execution;
  if (execution.status !== "RUNNING" || execution.halting || limit?.due !== message.due) return;
  const deadline = executionDeadline(execution, limit, env.now);
  if (deadline > env.now) {
    armLimit(draft, deadline);
    return;
  }
  const text = `The run took longer than its limit of ${limit.timeoutMs / 1_000} s; what it had begun was canceled.`;
  const failure = { code: timedOutCode, message: text, details: { timeoutMs: limit.timeoutMs } };
  setHeader(draft, { failure, halting: true });
  send(draft, { type: "CompleteExecution" });
}

/** Begins to count: at the start of a run and at each restart. */
export function startLimit(draft: Draft): void {
  const { execution, env } = draft;
  const { timeoutMs } = execution;
  if (timeoutMs === null) return;
  setHeader(draft, { limit: { timeoutMs, from: env.now, pausedBefore: execution.pausedMs, due: 0 } });
  armLimit(draft, env.now + timeoutMs);
}

function armLimit(draft: Draft, due: number): void {
  const { execution } = draft;
  if (execution.limit === null) return;
  setHeader(draft, { limit: { ...execution.limit, due } });
  draft.outgoing.push({ executionId: execution.id, message: { type: "TimeOutExecution", due }, due });
}
