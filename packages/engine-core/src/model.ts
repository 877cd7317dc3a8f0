import type { JsonObject } from "@gennaker/contract/json.ts";

/** Spinnaker's statuses, all of them. */
export type Status =
  | "NOT_STARTED"
  | "RUNNING"
  | "PAUSED"
  | "SUSPENDED"
  | "SUCCEEDED"
  | "FAILED_CONTINUE"
  | "SKIPPED"
  | "TERMINAL"
  | "CANCELED"
  | "STOPPED"
  | "REDIRECT"
  | "BUFFERED";

/** Why something waits or failed: a stable code, an English sentence, and the figures in it. */
export type Explanation = { code: string; message: string; details?: JsonObject };

export type Owner = "STAGE_BEFORE" | "STAGE_AFTER";

/** Times are epoch milliseconds. */
export type Task = {
  id: string;
  name: string;
  status: Status;
  startTime: number | null;
  endTime: number | null;
  /** Part of the operation key; raised by a restart of the stage and by each turn of a loop. */
  attempt: number;
  /** The execution's `pausedMs` when the task began: time paused before it does not count for it. */
  pausedBefore: number;
  timeoutMs: number;
  loopStart: boolean;
  /** Runs also right behind a task whose failure `continuePipeline` ignores. */
  gathers?: true;
  waiting: Explanation | null;
};

/**
 * What a stage has on the way outside of transactions: a task's side effect, or the stage's `cancel`.
 * `aborting` says that the side effect has been asked to end, and what follows when it has ended.
 */
export type Activity = { kind: "run" | "cancel"; taskId: string | null; aborting: "cancel" | "skip" | null };

export type Stage = {
  id: string;
  refId: string;
  type: string;
  name: string;
  status: Status;
  requisites: readonly string[];
  parentId: string | null;
  owner: Owner | null;
  /** Planned because the parent failed. Always STAGE_AFTER. */
  onFailure: boolean;
  startTime: number | null;
  endTime: number | null;
  pausedBefore: number;
  attempt: number;
  /** The stage as the pipeline has it; a restart goes back to it. */
  source: JsonObject;
  context: JsonObject;
  outputs: JsonObject;
  /** Context keys whose expressions are evaluated when the stage is planned; null: all (none was evaluated before). */
  open: readonly string[] | null;
  /** Context keys whose expressions could not be evaluated so far; tried again for each look and when a task has ended. */
  unresolved: readonly string[];
  tasks: readonly Task[];
  failure: Explanation | null;
  activity: Activity | null;
  /** The stage is to end CANCELED or SKIPPED as soon as nothing of it is on the way. */
  ending: "cancel" | "skip" | null;
  afterPlanned: boolean;
  onFailurePlanned: boolean;
  planningFailed: boolean;
  /** The registry key of a stage type that only another replica knows; that one starts the stage. */
  awaits: string | null;
};

/** `engine`: the run is held by a pause of the engine or of its application, and goes on when that ends. */
export type Pause = { pausedBy: string; pauseTime: number; resumeTime: number | null; engine?: true };

/** A restart of a run that has ended, waiting for room (limits of its pipeline) or for the end of a pause. */
export type PendingRestart = { stageId: string; user: string; skipChild: boolean; since: number; why: Explanation };

/** The time limit of a whole run. `from` and `pausedBefore` begin anew with a restart; `due` is when the limit is looked at next. */
export type RunLimit = { timeoutMs: number; from: number; pausedBefore: number; due: number };

export type Limits = { limitConcurrent: boolean; maxConcurrentExecutions: number; keepWaitingPipelines: boolean };

export type Header = {
  id: string;
  type: "PIPELINE" | "ORCHESTRATION";
  application: string;
  name: string;
  pipelineConfigId: string | null;
  status: Status;
  buildTime: number;
  startTime: number | null;
  endTime: number | null;
  canceled: boolean;
  canceledBy: string | null;
  cancellationReason: string | null;
  paused: Pause | null;
  /** All pauses that are over, summed. */
  pausedMs: number;
  user: string;
  /** Names the operation that started it; a second start of the same name finds this one. */
  startKey: string | null;
  parentExecution: { executionId: string; stageId: string } | null;
  limits: Limits;
  /** The run is to end without success: nothing starts any more, what runs is being canceled. */
  halting: boolean;
  /** Messages that arrived while the run was paused; they go on when it is resumed. */
  held: readonly Message[];
  /** Why the run failed when no stage says so (an impossible graph), or why it waits to begin. */
  failure: Explanation | null;
  pendingRestart: PendingRestart | null;
  /** The whole run's time limit (milliseconds), null without; `limit` is there once it has begun. */
  timeoutMs: number | null;
  limit: RunLimit | null;
  /** How many runs stand above this one: each was started by a stage of the one before. */
  depth: number;
};

export type Documents = { trigger: JsonObject; initialConfig: JsonObject };

export type Execution = Header & Documents & { stages: ReadonlyMap<string, Stage>; topology: Topology };

/** Who follows whom; depends only on refIds, requisites and parents. */
export type Topology = {
  top: readonly string[];
  children: ReadonlyMap<string, readonly string[]>;
  /** Key: `scopeKey(parentId, refId)`. */
  byRefId: ReadonlyMap<string, readonly string[]>;
  downstream: ReadonlyMap<string, readonly string[]>;
};

export type TaskOutcome = {
  status: Status;
  context?: JsonObject;
  outputs?: JsonObject;
  waiting?: Explanation;
  failure?: Explanation;
  /** RUNNING only: epoch milliseconds of the next look. */
  due?: number;
  wakeOn?: readonly string[];
  /** RUNNING only: how often in a row it failed with a retryable error. */
  failures?: number;
};

/** Orca's message set. Most are made and handled inside one transition; those from outside come as rows or calls. */
export type Message =
  | { type: "StartExecution"; admitted: boolean; supersedes?: readonly string[]; hold?: Explanation }
  | { type: "CompleteExecution" }
  | { type: "CancelExecution"; user: string; reason: string | null }
  | { type: "PauseExecution"; user: string; engine?: true }
  | { type: "ResumeExecution"; engine?: true }
  | { type: "TimeOutExecution"; due: number }
  | { type: "StartStage"; stageId: string }
  | { type: "ContinueParentStage"; stageId: string; phase: Owner }
  | { type: "CompleteStage"; stageId: string }
  | { type: "SkipStage"; stageId: string }
  | { type: "CancelStage"; stageId: string }
  | { type: "SettleStage"; stageId: string }
  | {
      type: "RestartStage";
      stageId: string;
      user: string;
      skipChild?: boolean;
      refused?: Explanation;
      /** The turn of a restart that waits: nothing when it has been given up meanwhile. */
      waited?: true;
      supersedes?: readonly string[];
    }
  | { type: "ManualSkip"; stageId: string; reason: string | null }
  | { type: "PatchStage"; stageId: string; patch: JsonObject }
  | { type: "StartTask"; stageId: string; taskId: string }
  | { type: "RecordTask"; stageId: string; taskId: string; attempt: number; outcome: TaskOutcome }
  | { type: "FailTask"; stageId: string; taskId: string; attempt: number; failure: Explanation; exception: JsonObject }
  | {
      type: "TimeOutTask";
      stageId: string;
      taskId: string;
      attempt: number;
      /** What undoing the task's work left, where the stage has a `cancel`. */
      undone?: { context?: JsonObject; outputs?: JsonObject; failure?: Explanation };
    }
  | { type: "TaskAborted"; stageId: string; taskId: string | null }
  | { type: "CompleteTask"; stageId: string; taskId: string; status: Status; original: Status }
  | { type: "CancelFinished"; stageId: string; context?: JsonObject; outputs?: JsonObject; failure?: Explanation };

/** A message for a run, from `due` (epoch milliseconds) on, for a replica that knows the stage type `requires`. */
export type Outgoing = { executionId: string; message: Message; due?: number; requires?: string };

export type MessageOf<T extends Message["type"]> = Extract<Message, { type: T }>;

/** What must happen to the row of a stage's side effect. */
export type RunOperation =
  | { op: "start"; stageId: string; kind: "run" | "cancel"; taskId: string | null; attempt: number }
  | { op: "wait"; stageId: string; due: number; topics: readonly string[]; failures: number }
  | { op: "abort"; stageId: string }
  | { op: "again"; stageId: string }
  | { op: "park"; stageId: string }
  | { op: "unpark"; stageId: string }
  | { op: "delete"; stageId: string };

export type EngineEvent = {
  type: "execution.status" | "stage.status" | "task.status" | "stage.waiting";
  data: JsonObject;
};

/** A synthetic stage as its parent plans it. */
export type PlannedStage = { type: string; name: string; context: JsonObject; parallel?: boolean };

export type PlannedTask = { name: string; timeoutMs: number; loopStart: boolean; gathers?: true };

export type Plan = {
  context: JsonObject;
  unresolved: readonly string[];
  tasks: readonly PlannedTask[];
  before: readonly PlannedStage[];
};

/** Thrown by a planner when only another replica knows the stage's type (its registry key): the message is left for that one. */
export class PlannedElsewhere extends Error {
  readonly key: string;

  constructor(key: string) {
    super(`The stage type "${key}" is known to another replica only.`);
    this.name = "PlannedElsewhere";
    this.key = key;
  }
}

/** Thrown by a planner that must first ask elsewhere: the transition is given up, and tried again once `ready` resolves. */
export class PlanningPostponed extends Error {
  readonly ready: Promise<void>;

  constructor(ready: Promise<void>) {
    super("The stage can be planned once what its expressions ask for has been looked up.");
    this.name = "PlanningPostponed";
    this.ready = ready;
  }
}

/** Thrown by a planner when a stage cannot be planned; the stage fails with this explanation. */
export class PlanningError extends Error {
  readonly explanation: Explanation;

  constructor(explanation: Explanation) {
    super(explanation.message);
    this.name = "PlanningError";
    this.explanation = explanation;
  }
}

/** What the transitions ask about stage types and expressions. Pure: no I/O, same answer for the same input. */
export type Planner = {
  /** False when `stageEnabled` says so. */
  enabled(execution: Execution, stage: Stage): boolean;
  plan(execution: Execution, stage: Stage): Plan;
  /** Evaluates the expressions that failed so far once more, with what is known now. Asked when a task has ended. */
  resolve(execution: Execution, stage: Stage): Pick<Plan, "context" | "unresolved">;
  after(execution: Execution, stage: Stage): readonly PlannedStage[];
  onFailure(execution: Execution, stage: Stage): readonly PlannedStage[];
  cancellable(execution: Execution, stage: Stage): boolean;
};
