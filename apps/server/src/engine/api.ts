import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Problem } from "@gennaker/contract/errors.ts";
import type {
  Documents,
  Explanation as CoreExplanation,
  Header,
  Stage as CoreStage,
  Status as CoreStatus,
} from "@gennaker/engine-core/model.ts";
import type { EvaluationOptions } from "@gennaker/expressions/evaluate.ts";
import type { Step } from "@gennaker/engine-core/history.ts";
import type { Actor } from "../platform/audit/api.ts";
import type { Tx } from "../platform/database/api.ts";

/** Spinnaker's statuses, all of them. */
export type Status = CoreStatus;

/** Why something waits or failed: a stable code for translation, an English sentence, and the figures in it. */
export type Explanation = CoreExplanation;

export type TaskView = {
  id: string;
  name: string;
  status: Status;
  startTime: string | null;
  endTime: string | null;
  attempt: number;
  waiting: Explanation | null;
};

export type StageView = {
  id: string;
  refId: string;
  type: string;
  name: string;
  status: Status;
  requisiteStageRefIds: readonly string[];
  parentStageId: string | null;
  syntheticStageOwner: "STAGE_BEFORE" | "STAGE_AFTER" | null;
  startTime: string | null;
  endTime: string | null;
  /** Expressions are evaluated where the engine hands the stage to a task or a planner. */
  context: JsonObject;
  outputs: JsonObject;
  tasks: readonly TaskView[];
  failure: Explanation | null;
};

export type ExecutionView = {
  id: string;
  type: "PIPELINE" | "ORCHESTRATION";
  application: string;
  name: string;
  pipelineConfigId: string | null;
  status: Status;
  buildTime: string;
  startTime: string | null;
  endTime: string | null;
  canceled: boolean;
  canceledBy: string | null;
  cancellationReason: string | null;
  paused: { pausedBy: string; pauseTime: string; resumeTime: string | null } | null;
  trigger: JsonObject;
  authentication: { user: string };
  parentExecution: { executionId: string; stageId: string } | null;
  /** Why the run failed where no stage says so (an impossible graph), or why it has not begun. */
  failure: Explanation | null;
  stages: readonly StageView[];
  /** Top-level fields of the pipeline that the engine does not read, kept as received. */
  initialConfig: JsonObject;
};

/** What a task is given. `stage.context` is evaluated; `operationKey` is the same for each try of this attempt. */
export type TaskContext = {
  execution: ExecutionView;
  stage: StageView;
  task: TaskView;
  /** `execution/stage/task/attempt`: pass it to every provider operation so that doing it twice does it once. */
  operationKey: string;
  /** Aborted by cancel, by a timeout and by shutdown. */
  signal: AbortSignal;
  now(): Date;
  /** Evaluates expressions with what their functions ask the server (addresses, pipelines), as often as it takes. */
  answers?: Answers;
};

/** What the functions of expressions may ask; absent ones say that there is nobody to ask. */
export type Resolvers = Pick<
  EvaluationOptions,
  "fetchUrl" | "pipelineId" | "applicationMetadata" | "canaryConfigNameToId"
>;
type Answers = <T>(evaluate: (resolvers: Resolvers) => T) => Promise<T>;

export type TaskResult = {
  status: "SUCCEEDED" | "RUNNING" | "TERMINAL" | "CANCELED" | "STOPPED" | "SKIPPED" | "FAILED_CONTINUE" | "REDIRECT";
  /** Merged over the stage's context. */
  context?: JsonObject;
  /** Merged over the stage's outputs (readable downstream by bare name). */
  outputs?: JsonObject;
  /** RUNNING only: when to look again, not before the stage's backoffPeriodMs. A topic's wake-up comes earlier. Default: the task's backoffMs. */
  retryAfterMs?: number;
  /** RUNNING only: topics that make the task run at once, e.g. `execution:ID`, `stage:ID`, `account:local`. */
  wakeOn?: readonly string[];
  /** RUNNING only: what it waits for, in words, shown in UI and CLI. */
  waiting?: Explanation;
  /** TERMINAL, STOPPED and FAILED_CONTINUE: why, in words. */
  failure?: Explanation;
};

export type TaskDefinition = {
  name: string;
  run(context: TaskContext): Promise<TaskResult>;
  /** From the task's start, pauses excluded. Default one hour. `stageTimeoutMs` overrides it. */
  timeoutMs?: number;
  /** Wait before the next look after RUNNING, and base of the exponential back-off after a retryable error. Default 1000. */
  backoffMs?: number;
  /**
   * Only gathers what there is (artifacts, properties): as in Orca it runs also right behind a task whose failure `continuePipeline`
   * ignores. Other tasks do not: they would work on what the failed one should have given.
   */
  gathers?: true;
  /** A later task's REDIRECT begins again here; without any, at the stage's first task. */
  loopStart?: boolean;
};

/** Throw it from a task. Retryable errors are tried again with back-off until the task's timeout; others are TERMINAL. */
export class TaskError extends Error {
  readonly explanation: Explanation;
  readonly retryable: boolean;

  constructor(
    code: string,
    message: string,
    options: { retryable?: boolean; details?: JsonObject; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = "TaskError";
    this.explanation = options.details === undefined ? { code, message } : { code, message, details: options.details };
    this.retryable = options.retryable ?? false;
  }
}

/** A child stage planned by its parent. Siblings run one after another unless `parallel` says otherwise. */
export type SyntheticStage = {
  type: string;
  name: string;
  context: JsonObject;
  /** True: starts together with its neighbours that are parallel as well. */
  parallel?: boolean;
};

export type PlanInput = { execution: ExecutionView; stage: StageView };

/** A stage type is one folder with one of these. Planning is pure; only tasks and `cancel` do I/O. */
export type StageType = {
  /** Registry key: `type` or `type:cloudProvider`. */
  type: string;
  /** One line for people. */
  description: string;
  /** Checks every field the stage reads; pointers are relative to the stage. Unknown fields are left alone. */
  validate(stage: JsonObject): Problem[];
  tasks(input: PlanInput): readonly TaskDefinition[];
  before?(input: PlanInput): readonly SyntheticStage[];
  /** Planned when the tasks ended well. */
  after?(input: PlanInput): readonly SyntheticStage[];
  /** Planned once, when the stage ends TERMINAL or STOPPED; run one after another. */
  onFailure?(input: PlanInput): readonly SyntheticStage[];
  /** For a type that is made of another: that one, and the context it runs with, for a dry run to describe. */
  preview?(input: PlanInput): { type: string; context: JsonObject };
  /** Undoes or awaits what a task left behind that was canceled, skipped, or out of time. Run after the abort, idempotent. */
  cancel?(context: TaskContext): Promise<{ context?: JsonObject; outputs?: JsonObject }>;
  /** Context keys that expressions are not evaluated in. */
  rawFields?: readonly string[];
};

export type StartExecution = {
  type: "PIPELINE" | "ORCHESTRATION";
  application: string;
  name: string;
  pipelineConfigId: string | null;
  /** Stages as in the pipeline's JSON. */
  stages: readonly JsonObject[];
  trigger: JsonObject;
  /** The whole pipeline document as received. */
  initialConfig: JsonObject;
  parentExecution?: { executionId: string; stageId: string };
  /** Names the operation (a task's `operationKey`): a second start with the same key starts nothing and gives the first one's id. */
  operationKey?: string;
  limitConcurrent?: boolean;
  maxConcurrentExecutions?: number;
  keepWaitingPipelines?: boolean;
};

export type ExecutionFilter = {
  application?: string;
  pipelineConfigIds?: readonly string[];
  statuses?: readonly Status[];
  ids?: readonly string[];
  type?: "PIPELINE" | "ORCHESTRATION";
  /** The name of the pipeline; case does not count here and below. */
  name?: string;
  triggerTypes?: readonly string[];
  /** Who started it, or as whom it runs. */
  user?: string;
  /** Parameters of the trigger with exactly these values, numbers and booleans as they are written. */
  parameters?: Readonly<Record<string, string>>;
  /** An artifact's name, reference, version, or `name:version`. */
  artifact?: string;
  /** The trigger's `eventId` or `correlationId`. */
  eventId?: string;
  /** Words of which each begins a word of the name, user, parameters, artifacts or source. */
  text?: string;
  /** Build time, both ends included. */
  from?: Date;
  until?: Date;
  /** Executions older than this id (ULID). */
  before?: string;
  /** Executions newer than this id. */
  after?: string;
  /** Default: newest first. */
  oldestFirst?: boolean;
  limit: number;
};

/** Deletes what a feature keeps about runs that are being removed, in the same transaction. */
export type ForgetRuns = (tx: Tx, executionIds: readonly string[]) => Promise<void>;

/**
 * How long ended runs are kept: at least `keepDays` after their end, and at least the newest `keepLast` of each pipeline. Null: that one
 * says nothing; both null: for ever.
 */
export type RetentionPolicy = { keepDays: number | null; keepLast: number | null };

/** What retention asks of the stored runs. */
export type RunKeeping = {
  /** Applications that have runs. */
  applications(): Promise<string[]>;
  /** Removes at most `limit` runs that the policy no longer keeps, oldest end first, and gives their ids. Never one that runs. */
  removeExpired(application: string, policy: RetentionPolicy, limit: number): Promise<string[]>;
  /** Makes at most `limit` runs findable that were stored before there was a search; gives how many. */
  indexMissing(limit: number): Promise<number>;
};

/** What happened to a run, step by step, from its creation on. */
export type RunHistory = { stepsOf(executionId: string): Promise<{ time: Date; step: Step }[]> };

/** What the rest of the server may ask of the engine. Every command writes its audit row in its own transaction. */
export type Engine = {
  start(input: StartExecution, actor: Actor): Promise<{ id: string }>;
  cancel(executionId: string, reason: string | null, actor: Actor): Promise<void>;
  pause(executionId: string, actor: Actor): Promise<void>;
  resume(executionId: string, actor: Actor): Promise<void>;
  /** Merges into a stage's context and wakes its task: judgements, `skipRemainingWait` … */
  patchStage(executionId: string, stageId: string, patch: JsonObject, actor: Actor): Promise<void>;
  skipStage(executionId: string, stageId: string, reason: string | null, actor: Actor): Promise<void>;
  restartStage(executionId: string, stageId: string, actor: Actor): Promise<void>;
  remove(executionId: string, actor: Actor): Promise<void>;
  get(executionId: string): Promise<ExecutionView | null>;
  list(filter: ExecutionFilter): Promise<ExecutionView[]>;
  /** Makes tasks that wait on these topics run at once, on every replica. */
  wake(topics: readonly string[]): void;
  /** Begins to take work. */
  run(): Promise<void>;
  /** Takes no new work, lets running steps finish or aborts them after `graceMs`; they go on elsewhere or later. */
  stop(graceMs: number): Promise<void>;
};

/** A stage whose documents are left as they are stored, in JSON. */
export type StageText = Omit<CoreStage, "source" | "context" | "outputs"> & { context: string; outputs: string };

/** A run for those who only pass it on: what its stages know and gave is text. Stages are in their order. */
export type RunText = Header & Documents & { version: number; stages: readonly StageText[] };

/** Which version of a run is the current one: the same id and version are the same run, word for word. */
export type RunVersion = { id: string; version: number };

/** Reads runs without taking their documents apart. */
export type RunTexts = {
  /** Those of these ids that there are, newest first. No statuses: any. */
  versionsOf(ids: readonly string[], statuses: readonly Status[]): Promise<RunVersion[]>;
  /** The newest `each` runs of every one of these pipelines, newest first. No statuses: any. */
  newestOf(pipelineIds: readonly string[], each: number, statuses: readonly Status[]): Promise<RunVersion[]>;
  /**
   * The runs that a filter finds, in its order, with their triggers; null for those whose documents lack any of the texts
   * `holding` (plain letters, digits, `_`, `-` and blanks, whatever the case), which spares reading them.
   */
  triggers(filter: ExecutionFilter, holding: readonly string[]): Promise<{ id: string; trigger: JsonObject | null }[]>;
  /** All of them as they are at one moment. Unknown ids are simply not in the answer. */
  read(ids: readonly string[]): Promise<ReadonlyMap<string, RunText>>;
};
