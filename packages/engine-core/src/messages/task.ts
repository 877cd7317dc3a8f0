import type { JsonObject } from "@gennaker/contract/json.ts";
import { exceptionOf, operate, send, setStage, setTask, taskOf, type Draft } from "../draft.ts";
import { failureStatus, isActive } from "../status.ts";
import { stageTimeout } from "../deadline.ts";
import type { Explanation, MessageOf, Stage, Status, Task } from "../model.ts";

/** Begins a task: from here its side effect may run. */
export function startTask(draft: Draft, message: MessageOf<"StartTask">): void {
  const stage = draft.stages.get(message.stageId);
  if (stage === undefined || stage.status !== "RUNNING" || stage.ending !== null || stage.activity !== null) return;
  const task = taskOf(stage, message.taskId);
  if (task === undefined || task.status !== "NOT_STARTED") return;
  setTask(draft, stage.id, task.id, {
    status: "RUNNING",
    startTime: draft.env.now,
    pausedBefore: draft.execution.pausedMs,
    attempt: Math.max(task.attempt, stage.attempt),
  });
  setStage(draft, stage.id, { activity: { kind: "run", taskId: task.id, aborting: null } });
  const attempt = Math.max(task.attempt, stage.attempt);
  operate(draft, { op: "start", stageId: stage.id, kind: "run", taskId: task.id, attempt });
}

/** The stage and task a report is about, or null when the report is late: the task was restarted, looped or ended. */
function current(
  draft: Draft,
  message: { stageId: string; taskId: string; attempt: number },
): { stage: Stage; task: Task } | null {
  const stage = draft.stages.get(message.stageId);
  if (stage?.activity?.kind !== "run" || stage.activity.taskId !== message.taskId) return null;
  const task = taskOf(stage, message.taskId);
  if (task === undefined || !isActive(task.status) || task.attempt !== message.attempt) return null;
  return { stage, task };
}

/** Takes in what a task's side effect gave. */
export function recordTask(draft: Draft, message: MessageOf<"RecordTask">): void {
  const found = current(draft, message);
  if (found === null) return;
  const { stage, task } = found;
  const { outcome } = message;
  const merged: Partial<Stage> = {
    ...(outcome.context === undefined ? {} : { context: { ...stage.context, ...outcome.context } }),
    ...(outcome.outputs === undefined ? {} : { outputs: { ...stage.outputs, ...published(outcome.outputs) } }),
    ...(outcome.failure === undefined ? {} : { failure: firstFailure(stage, outcome.failure) }),
  };
  if (Object.keys(merged).length > 0) setStage(draft, stage.id, merged);
  if (stage.activity?.aborting !== null) {
    send(draft, { type: "TaskAborted", stageId: stage.id, taskId: task.id });
    return;
  }
  if (outcome.status === "RUNNING") {
    setTask(draft, stage.id, task.id, { waiting: outcome.waiting ?? null });
    const { due = draft.env.now, wakeOn = [], failures = 0 } = outcome;
    operate(draft, { op: "wait", stageId: stage.id, due, topics: wakeOn, failures });
    return;
  }
  const context = draft.stages.get(stage.id)?.context ?? stage.context;
  const failed = outcome.status === "TERMINAL" || outcome.status === "CANCELED";
  const status = failed
    ? failureStatus(context, outcome.status === "CANCELED" ? "CANCELED" : "TERMINAL")
    : outcome.status;
  conclude(draft, stage, task, status, outcome.status);
}

/** A stage's own time limit is not passed on to the stages that read its outputs. */
function published(outputs: JsonObject): JsonObject {
  const { stageTimeoutMs: _own, ...rest } = outputs;
  return rest;
}

function conclude(draft: Draft, stage: Stage, task: Task, status: Status, original: Status): void {
  setStage(draft, stage.id, { activity: null });
  operate(draft, { op: "delete", stageId: stage.id });
  send(draft, { type: "CompleteTask", stageId: stage.id, taskId: task.id, status, original });
}

/** The side effect threw for good: the exception is kept in the context as Orca keeps it, and the failure rule decides. */
export function failTask(draft: Draft, message: MessageOf<"FailTask">): void {
  const found = current(draft, message);
  if (found === null) return;
  const { stage, task } = found;
  const failure = firstFailure(stage, message.failure);
  const exception = failure === message.failure ? message.exception : stage.context["exception"];
  setStage(draft, stage.id, { context: { ...stage.context, exception: exception ?? message.exception }, failure });
  if (stage.activity?.aborting !== null) send(draft, { type: "TaskAborted", stageId: stage.id, taskId: task.id });
  else conclude(draft, stage, task, failureStatus(stage.context), "TERMINAL");
}

/** The task's time is up. `markSuccessfulOnTimeout` makes it a success. What it had begun has been undone by now. */
export function timeOutTask(draft: Draft, message: MessageOf<"TimeOutTask">): void {
  const found = current(draft, message);
  if (found === null) return;
  const { stage, task } = found;
  if (stage.activity?.aborting !== null) {
    send(draft, { type: "TaskAborted", stageId: stage.id, taskId: task.id });
    return;
  }
  if (stage.context["markSuccessfulOnTimeout"] === true) {
    conclude(draft, stage, task, "SUCCEEDED", "SUCCEEDED");
    return;
  }
  const limit = stageTimeout(draft.execution, stage)?.timeoutMs ?? task.timeoutMs;
  const { undone = {} } = message;
  const left = undone.failure === undefined ? "" : ` ${undone.failure.message}`;
  const text = `Task "${task.name}" of stage "${stage.name}" timed out after ${limit / 1000} s.${left}`;
  const failure = { code: "task.timedOut", message: text, details: { timeoutMs: limit } };
  const exception = exceptionOf(draft.env.now, task.name, "TimeoutException", text);
  setStage(draft, stage.id, {
    context: { ...stage.context, ...undone.context, exception },
    outputs: { ...stage.outputs, ...undone.outputs },
    failure,
  });
  conclude(draft, stage, task, failureStatus(stage.context), "TERMINAL");
}

/** Ends a task and starts the next one, jumps back to the loop's start, or ends the stage. */
export function completeTask(draft: Draft, message: MessageOf<"CompleteTask">): void {
  const stage = draft.stages.get(message.stageId);
  const task = stage === undefined ? undefined : taskOf(stage, message.taskId);
  if (stage === undefined || task === undefined || stage.ending !== null || !isActive(task.status)) return;
  if (stage.unresolved.length > 0) setStage(draft, stage.id, draft.env.planner.resolve(draft.execution, stage));
  if (message.status === "REDIRECT") {
    loop(draft, draft.stages.get(stage.id) ?? stage, task);
    return;
  }
  setTask(draft, stage.id, task.id, { status: message.status, endTime: draft.env.now, waiting: null });
  const next = stage.tasks[stage.tasks.findIndex((candidate) => candidate.id === task.id) + 1];
  if (next !== undefined && goesOn(message, next))
    send(draft, { type: "StartTask", stageId: stage.id, taskId: next.id });
  else send(draft, { type: "CompleteStage", stageId: stage.id });
}

/**
 * After a FAILED_CONTINUE that the task itself gave, later tasks run. After one made by the failure rule only a next one does that
 * gathers what there is all the same; others would work on what the failed one should have given.
 */
function goesOn(message: MessageOf<"CompleteTask">, next: Task): boolean {
  if (message.status === "FAILED_CONTINUE") return message.original === "FAILED_CONTINUE" || next.gathers === true;
  return message.status === "SUCCEEDED" || message.status === "SKIPPED";
}

/** The first failure that was ignored tells why; those of tasks that came after it follow from it. */
function firstFailure(stage: Stage, failure: Explanation): Explanation {
  const ignored = stage.tasks.some((task) => task.status === "FAILED_CONTINUE");
  return ignored && stage.failure !== null && failureStatus(stage.context) === "FAILED_CONTINUE"
    ? stage.failure
    : failure;
}

/** REDIRECT: from the nearest loop start (else the first task) up to this one, tasks begin again with a new attempt. */
function loop(draft: Draft, stage: Stage, task: Task): void {
  const end = stage.tasks.findIndex((candidate) => candidate.id === task.id);
  const start = Math.max(
    0,
    stage.tasks.slice(0, end + 1).findLastIndex((candidate) => candidate.loopStart),
  );
  const attempt = stage.attempt + 1;
  const tasks = stage.tasks.map((candidate, index): Task =>
    index < start || index > end
      ? candidate
      : { ...candidate, status: "NOT_STARTED", startTime: null, endTime: null, waiting: null, attempt },
  );
  setStage(draft, stage.id, { tasks, attempt });
  const first = tasks[start];
  if (first !== undefined) send(draft, { type: "StartTask", stageId: stage.id, taskId: first.id });
}
