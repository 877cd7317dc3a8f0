import type { Execution, Stage } from "@gennaker/contract/resources/execution.ts";
import { completeStatuses } from "@gennaker/contract/resources/execution.ts";

type Reason = { stage: string; refId: string; type: string; status: string; why: string };

/** A run in a list. */
export function summaryOf(execution: Execution): unknown {
  const { id, application, name, type, status, buildTime, startTime, endTime, authentication, failure } = execution;
  const times = { buildTime, startTime, endTime };
  return {
    id,
    application,
    name,
    type,
    status,
    ...times,
    startedBy: authentication.user,
    why: failure?.message ?? null,
  };
}

/** Why an execution is as it is: what failed (the innermost first), what waits and for what, and what is next. */
export function explainExecution(execution: Execution): unknown {
  const { id, application, name, status, stages, canceledBy, cancellationReason, failure, paused } = execution;
  const failed = stages.flatMap((stage) => (stage.failure === null ? [] : [reason(stage, stage.failure.message)]));
  const waiting = stages.flatMap((stage) => {
    const task = stage.tasks.find((each) => each.status === "RUNNING" && each.waiting !== null);
    if (stage.status !== "RUNNING" || !task?.waiting) return [];
    return [reason(stage, task.waiting.message)];
  });
  const running = stages.filter((stage) => stage.status === "RUNNING").map((stage) => stage.name);
  return {
    id,
    application,
    name,
    status,
    ended: completeStatuses.has(status),
    startedBy: execution.authentication.user,
    startTime: execution.startTime,
    endTime: execution.endTime,
    ...(failure ? { why: failure.message } : {}),
    ...(canceledBy === null ? {} : { canceledBy, cancellationReason }),
    ...(paused !== null && paused.resumeTime === null ? { pausedBy: paused.pausedBy } : {}),
    // An outer stage repeats the failure of an inner one: the inner is nearest to the cause.
    failed: [...failed].sort((a, b) => depthOf(stages, b.refId) - depthOf(stages, a.refId)),
    waiting,
    running,
    notStarted: stages.filter((stage) => stage.status === "NOT_STARTED").length,
  };
}

function reason({ name, refId, type, status }: Stage, why: string): Reason {
  return { stage: name, refId, type, status, why };
}

function depthOf(stages: readonly Stage[], refId: string): number {
  let depth = 0;
  let stage = stages.find((each) => each.refId === refId);
  for (; stage?.parentStageId && depth < 100; depth += 1) {
    const { parentStageId } = stage;
    stage = stages.find((each) => each.id === parentStageId);
  }
  return depth;
}
