import { createDraft, send, setStage, type Draft, type Environment } from "./draft.ts";
import type { Step } from "./history.ts";
import { topStages } from "./topology.ts";
import { isActive } from "./status.ts";
import { cancelExecution, pauseExecution, resumeExecution } from "./messages/control-execution.ts";
import { completeExecution } from "./messages/complete-execution.ts";
import { completeStage } from "./messages/complete-stage.ts";
import { continueParentStage } from "./messages/continue-parent-stage.ts";
import { patchStage } from "./messages/patch-stage.ts";
import { restartStage } from "./messages/restart-stage.ts";
import { cancelFinished, cancelStage, manualSkip, settleStage, skipStage, taskAborted } from "./messages/skip-stage.ts";
import { startExecution } from "./messages/start-execution.ts";
import { startStage } from "./messages/start-stage.ts";
import { completeTask, failTask, recordTask, startTask, timeOutTask } from "./messages/task.ts";
import { timeOutExecution } from "./messages/time-out-execution.ts";
import {
  PlannedElsewhere,
  type EngineEvent,
  type Execution,
  type Message,
  type MessageOf,
  type Outgoing,
  type RunOperation,
  type Stage,
} from "./model.ts";

type Handlers = { [T in Message["type"]]: (draft: Draft, message: MessageOf<T>) => void };

const handlers: Handlers = {
  StartExecution: startExecution,
  CompleteExecution: completeExecution,
  CancelExecution: cancelExecution,
  PauseExecution: pauseExecution,
  ResumeExecution: resumeExecution,
  TimeOutExecution: timeOutExecution,
  StartStage: startStage,
  ContinueParentStage: continueParentStage,
  CompleteStage: completeStage,
  SkipStage: skipStage,
  CancelStage: cancelStage,
  SettleStage: settleStage,
  RestartStage: restartStage,
  ManualSkip: manualSkip,
  PatchStage: patchStage,
  StartTask: startTask,
  RecordTask: recordTask,
  FailTask: failTask,
  TimeOutTask: timeOutTask,
  TaskAborted: taskAborted,
  CompleteTask: completeTask,
  CancelFinished: cancelFinished,
};

/** The types of message that this version understands; others are left for a newer replica. */
export const messageTypes: readonly string[] = Object.keys(handlers);

/** Messages that act on a paused run; all others wait until it is resumed. */
const whilePaused: ReadonlySet<Message["type"]> = new Set([
  "CancelExecution",
  "PauseExecution",
  "ResumeExecution",
  "PatchStage",
  "RecordTask",
  "FailTask",
  "TimeOutTask",
  "RestartStage",
] satisfies Message["type"][]);

/** Everything one transition changes; the caller writes it in one transaction. */
export type Outcome = {
  execution: Execution;
  headerChanged: boolean;
  changed: readonly Stage[];
  removed: readonly string[];
  runs: ReadonlyMap<string, readonly RunOperation[]>;
  events: readonly EngineEvent[];
  /** What is added to the run's history. */
  steps: readonly Step[];
  /** Topics to wake once this is committed. */
  wakes: readonly string[];
  outgoing: readonly Outgoing[];
  /** Messages left over because the transition had grown long; they go on in the next one. */
  deferred: readonly Message[];
};

/** At most this many messages are handled in one transition, so that no transaction and no stall grows without bound. */
const longest = 400;

function dispatch<T extends Message["type"]>(draft: Draft, message: MessageOf<T>): void {
  const handler: (draft: Draft, message: MessageOf<T>) => void = handlers[message.type as T];
  try {
    handler(draft, message);
  } catch (error) {
    if (!(error instanceof PlannedElsewhere)) throw error;
    leave(draft, message, error.key);
  }
}

/** Planners are asked before anything is changed: the message can be handled once more, whole, by a replica that knows the type. */
function leave(draft: Draft, message: Message, requires: string): void {
  draft.outgoing.push({ executionId: draft.execution.id, message, requires });
  if (message.type === "StartStage") setStage(draft, message.stageId, { awaits: requires });
}

/**
 * Handles messages, and those that they cause, one after another. Pure: `execution` stays as it was, and equal input gives an equal
 * outcome (ids come from `environment.newId`).
 */
export function advance(execution: Execution, messages: readonly Message[], environment: Environment): Outcome {
  const draft = createDraft(execution, environment);
  for (const message of messages) send(draft, message);
  let handled = 0;
  while (handled < longest) {
    const message = draft.queue.shift() ?? lastQuestion(draft);
    if (message === undefined) break;
    handled += 1;
    if (draft.execution.status === "PAUSED" && !whilePaused.has(message.type)) hold(draft, message);
    else dispatch(draft, message);
  }
  return {
    execution: draft.execution,
    headerChanged: draft.headerChanged,
    changed: [...draft.changed].flatMap((id) => draft.stages.get(id) ?? []),
    removed: [...draft.removed],
    runs: draft.runs,
    events: draft.events,
    steps: draft.steps,
    wakes: draft.wakes,
    outgoing: draft.outgoing,
    deferred: draft.queue,
  };
}

function hold(draft: Draft, message: Message): void {
  draft.execution = { ...draft.execution, held: [...draft.execution.held, message] };
  draft.headerChanged = true;
}

/** A run in which nothing is on the way must end, whatever the graph looks like: it is asked once more before the transition closes. */
function lastQuestion(draft: Draft): Message | undefined {
  if (draft.execution.status !== "RUNNING" || draft.changed.size === 0) return undefined;
  if (topStages(draft.execution).some((stage) => isActive(stage.status))) return undefined;
  return { type: "CompleteExecution" };
}
