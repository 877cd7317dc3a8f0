import { childrenOf } from "./topology.ts";
import { isComplete } from "./status.ts";
import type { Execution, RunLimit, Stage, Task } from "./model.ts";

/** Stages that only wait until their parent may run: they never time out, and their time is nobody's. */
const waitingTypes: ReadonlySet<string> = new Set(["restrictExecutionDuringTimeWindow", "waitForFreeze"]);

/** The stage itself or the nearest one above it that says `stageTimeoutMs`. As in Orca only a number counts, not its text. */
export function stageTimeout(execution: Execution, stage: Stage): { stage: Stage; timeoutMs: number } | null {
  let current: Stage | undefined = stage;
  while (current !== undefined) {
    const timeoutMs = current.context["stageTimeoutMs"];
    if (typeof timeoutMs === "number" && timeoutMs > 0) return { stage: current, timeoutMs };
    current = current.parentId === null ? undefined : execution.stages.get(current.parentId);
  }
  return null;
}

/**
 * When a task's time is up (epoch milliseconds), Infinity when it has no limit. `stageTimeoutMs` replaces the task's own limit and
 * counts from the stage's start; time paused and time spent outside the stage's window (or in a freeze) do not count.
 */
export function taskDeadline(execution: Execution, stage: Stage, task: Task): number {
  if (waitingTypes.has(stage.type)) return Number.POSITIVE_INFINITY;
  const limit = stageTimeout(execution, stage);
  if (limit !== null) {
    const start = limit.stage.startTime ?? 0;
    return start + limit.timeoutMs + (execution.pausedMs - limit.stage.pausedBefore) + windowMs(execution, limit.stage);
  }
  return (task.startTime ?? 0) + task.timeoutMs + (execution.pausedMs - task.pausedBefore);
}

function windowMs(execution: Execution, stage: Stage): number {
  return childrenOf(execution, stage.id)
    .filter((child) => waitingTypes.has(child.type) && isComplete(child.status))
    .reduce((sum, child) => sum + ((child.endTime ?? 0) - (child.startTime ?? 0)), 0);
}

/**
 * When a whole run's time is up. Time paused does not count, nor does time in which any of its stages waited for a window or for
 * the end of a freeze (counted once, however many waited). Time that is paused and waited counts as both, in the run's favour.
 */
export function executionDeadline(execution: Execution, limit: RunLimit, now: number): number {
  const spans = [...execution.stages.values()]
    .filter((stage) => waitingTypes.has(stage.type) && stage.startTime !== null)
    .map((stage) => ({ from: Math.max(limit.from, stage.startTime ?? now), to: stage.endTime ?? now }))
    .toSorted((left, right) => left.from - right.from);
  let waited = 0;
  let counted = limit.from;
  for (const { from, to } of spans) {
    waited += Math.max(0, to - Math.max(from, counted));
    counted = Math.max(counted, to);
  }
  return limit.from + limit.timeoutMs + (execution.pausedMs - limit.pausedBefore) + waited;
}
