import { childrenOf } from "./topology.ts";
import { isComplete } from "./status.ts";
import type { Execution, Stage, Task } from "./model.ts";

/** The stage itself or the nearest one above it that says `stageTimeoutMs`. */
export function stageTimeout(execution: Execution, stage: Stage): { stage: Stage; timeoutMs: number } | null {
  let current: Stage | undefined = stage;
  while (current !== undefined) {
    const timeoutMs = Number(current.context["stageTimeoutMs"] ?? Number.NaN);
    if (Number.isFinite(timeoutMs) && timeoutMs > 0) return { stage: current, timeoutMs };
    current = current.parentId === null ? undefined : execution.stages.get(current.parentId);
  }
  return null;
}

/**
 * When a task's time is up (epoch milliseconds), Infinity when it has no limit. `stageTimeoutMs` replaces the task's own limit and
 * counts from the stage's start; time paused and time spent outside the stage's window do not count. The window stage never times out.
 */
export function taskDeadline(execution: Execution, stage: Stage, task: Task): number {
  if (stage.type === "restrictExecutionDuringTimeWindow") return Number.POSITIVE_INFINITY;
  const limit = stageTimeout(execution, stage);
  if (limit !== null) {
    const start = limit.stage.startTime ?? 0;
    return start + limit.timeoutMs + (execution.pausedMs - limit.stage.pausedBefore) + windowMs(execution, limit.stage);
  }
  return (task.startTime ?? 0) + task.timeoutMs + (execution.pausedMs - task.pausedBefore);
}

function windowMs(execution: Execution, stage: Stage): number {
  return childrenOf(execution, stage.id)
    .filter((child) => child.type === "restrictExecutionDuringTimeWindow" && isComplete(child.status))
    .reduce((sum, child) => sum + ((child.endTime ?? 0) - (child.startTime ?? 0)), 0);
}
