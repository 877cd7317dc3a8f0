import { taskDeadline } from "@gennaker/engine-core/deadline.ts";
import { exceptionOf, sameExplanation, taskOf } from "@gennaker/engine-core/draft.ts";
import type { Execution, Explanation, Message, Stage, Task, TaskOutcome } from "@gennaker/engine-core/model.ts";
import { failureStatus, isHalt } from "@gennaker/engine-core/status.ts";
import type { StageType, TaskContext, TaskDefinition, TaskResult } from "./api.ts";
import type { Claim, Wait } from "./claims.ts";
import type { Evaluator } from "./evaluation.ts";
import { patiently, type Lookups } from "./lookups.ts";
import { findStageType } from "./registry.ts";
import { explain, isRetryable, toJsonObject, typeName } from "./task-outcome.ts";
import { executionView, stageView, taskView } from "./views.ts";
import type { Log } from "./log.ts";

/** Why a side effect's signal was aborted; null while it is not. */
type Abort = "cancel" | "timeout" | "shutdown" | "lost";

type Undone = NonNullable<Extract<Message, { type: "TimeOutTask" }>["undone"]>;

type Running = {
  claim: Claim;
  controller: AbortController;
  aborted: Abort | null;
  reporting: boolean;
  done: Promise<void>;
};

export type RunnerOptions = {
  types: ReadonlyMap<string, StageType>;
  /** The registry key of this stage's type where only another living replica knows it. */
  elsewhere?(stage: Stage): string | null;
  evaluator: Evaluator;
  lookups: Lookups;
  now(): number;
  log: Log;
  /** Records a report in a transition; false when the claim was lost. */
  report(claim: Claim, message: Message): Promise<boolean>;
  /** Ends the claim without a transition. */
  putBack(claim: Claim, wait: Wait): Promise<void>;
  letGo(claim: Claim): Promise<void>;
  leaveTo?(claim: Claim, requires: string): Promise<void>;
  discard(claim: Claim): Promise<void>;
  /** A place has become free. */
  freed(): void;
};

export type Runner = {
  begin(claim: Claim, execution: Execution): void;
  /** Asks a running side effect to end. */
  abort(executionId: string, stageId: string, fencing: number | null, why: "cancel" | "lost"): void;
  has(executionId: string, stageId: string): boolean;
  /** How many side effects are running; those whose report is on its way no longer count. */
  busy(): number;
  claims(): Claim[];
  /** Waits for what runs, at most `graceMs`, then aborts and lets go of the rest. */
  stop(graceMs: number): Promise<void>;
};

const longestTimer = 2 ** 31 - 1;
const longestBackoffMs = 60_000;
const defaultBackoffMs = 1_000;

/** Runs tasks and cancels outside of transactions, side by side, and reports what they gave. */
export function createRunner(options: RunnerOptions): Runner {
  const running = new Map<string, Running>();
  const keyOf = (executionId: string, stageId: string) => `${executionId}/${stageId}`;
  let stopping = false;

  const begin = (claim: Claim, execution: Execution) => {
    const key = keyOf(claim.executionId, claim.stageId);
    const entry: Running = {
      claim,
      controller: new AbortController(),
      aborted: null,
      reporting: false,
      done: Promise.resolve(),
    };
    running.set(key, entry);
    const settled = () => {
      if (running.get(key) === entry) running.delete(key);
    };
    entry.done = perform(entry, execution, settled)
      .catch((error: unknown) =>
        options.log("error", `stage ${key} could not report its result; it is tried again: ${String(error)}`),
      )
      .finally(() => {
        settled();
        options.freed();
      });
  };

  const perform = async (entry: Running, execution: Execution, settled: () => void): Promise<void> => {
    const { claim } = entry;
    const stage = execution.stages.get(claim.stageId);
    if (stage?.activity?.kind !== claim.kind || stage.activity.taskId !== claim.taskId) return options.discard(claim);
    const elsewhere = options.elsewhere?.(stage) ?? null;
    if (elsewhere !== null) return options.leaveTo?.(claim, elsewhere);
    if (execution.status === "PAUSED" && claim.kind === "run")
      return options.putBack(claim, { due: options.now(), topics: [] });
    if (claim.kind === "cancel") return performCancel(entry, execution, stage, settled);
    const task = claim.taskId === null ? undefined : taskOf(stage, claim.taskId);
    if (task === undefined) return options.discard(claim);
    if (claim.cancelRequested)
      return finish(entry, settled, { type: "TaskAborted", stageId: stage.id, taskId: task.id });
    await performTask(entry, execution, stage, task, settled);
  };

  /** Reports, unless the claim has been taken away meanwhile; a stop lets go instead, so that it goes on elsewhere. */
  const finish = async (entry: Running, settled: () => void, message: Message): Promise<void> => {
    if (entry.aborted === "lost") return;
    entry.reporting = true;
    await options.report(entry.claim, message).finally(settled);
  };

  const performTask = async (entry: Running, execution: Execution, stage: Stage, task: Task, settled: () => void) => {
    const deadline = taskDeadline(execution, stage, task);
    const left = deadline - options.now();
    if (left <= 0) return timeUp(entry, execution, stage, task, settled);
    const timer = left > longestTimer ? undefined : setTimeout(() => abortEntry(entry, "timeout"), left);
    let definition: TaskDefinition | undefined;
    try {
      // Without waiting where nothing has to be looked up: an abort that follows must find the task begun.
      const ready = patiently(() => prepare(entry, execution, stage, task));
      const { context, find } = ready instanceof Promise ? await ready : ready;
      definition = find();
      const result = await definition.run(context);
      clearTimeout(timer);
      if (result.status === "RUNNING" && entry.aborted === "timeout")
        return await timeUp(entry, execution, stage, task, settled);
      await took(entry, stage, task, result, { definition, deadline }, settled);
    } catch (error) {
      clearTimeout(timer);
      if (entry.aborted === "timeout") return timeUp(entry, execution, stage, task, settled);
      await threw(
        entry,
        stage,
        task,
        error,
        { backoffMs: definition?.backoffMs ?? defaultBackoffMs, deadline },
        settled,
      );
    }
  };

  const prepare = (entry: Running, execution: Execution, stage: Stage, task: Task) => {
    const type = findStageType(options.types, stage, execution);
    const evaluated = type === undefined ? stage.context : currentContext(execution, stage, type, options.evaluator);
    const view = stageView(stage, evaluated);
    const context = contextOf(entry, execution, view, taskView(task));
    const find = (): TaskDefinition => {
      const planned = type?.tasks({ execution: context.execution, stage: view }) ?? [];
      const found =
        planned[Number(task.id) - 1]?.name === task.name
          ? planned[Number(task.id) - 1]
          : planned.find((each) => each.name === task.name);
      if (found !== undefined) return found;
      throw new Error(`Stage type "${stage.type}" no longer has the task "${task.name}" for this stage.`);
    };
    return { context, find };
  };

  const { lookups } = options;
  const contextOf = (
    entry: Running,
    execution: Execution,
    stage: TaskContext["stage"],
    task: TaskContext["task"],
  ): TaskContext => ({
    execution: executionView(execution),
    stage,
    task,
    operationKey: `${execution.id}/${stage.id}/${task.id}/${entry.claim.attempt}`,
    signal: entry.controller.signal,
    now: () => new Date(options.now()),
    answers: async (evaluate) => patiently(() => lookups.with(execution.application, evaluate)),
  });

  type Terms = { definition: TaskDefinition; deadline: number };

  const took = async (
    entry: Running,
    stage: Stage,
    task: Task,
    result: TaskResult,
    terms: Terms,
    settled: () => void,
  ) => {
    const ids = { stageId: stage.id, taskId: task.id, attempt: task.attempt };
    if (result.status !== "RUNNING") {
      const outcome: TaskOutcome = {
        status: result.status,
        ...(result.context === undefined ? {} : { context: toJsonObject(result.context, "a context") }),
        ...(result.outputs === undefined ? {} : { outputs: toJsonObject(result.outputs, "outputs") }),
        ...(result.failure === undefined ? {} : { failure: result.failure }),
      };
      return finish(entry, settled, { type: "RecordTask", ...ids, outcome });
    }
    if (stopping) return options.letGo(entry.claim).finally(settled);
    const wanted = result.retryAfterMs ?? terms.definition.backoffMs ?? defaultBackoffMs;
    const due = Math.min(terms.deadline, options.now() + Math.max(0, wanted, leastBackoff(stage)));
    const topics = result.wakeOn ?? [];
    const waiting = result.waiting ?? null;
    const silent =
      result.context === undefined && result.outputs === undefined && sameExplanation(task.waiting, waiting);
    if (silent && entry.claim.failures === 0) return options.putBack(entry.claim, { due, topics }).finally(settled);
    const outcome: TaskOutcome = {
      status: "RUNNING",
      due,
      wakeOn: topics,
      ...(waiting === null ? {} : { waiting }),
      ...(result.context === undefined ? {} : { context: toJsonObject(result.context, "a context") }),
      ...(result.outputs === undefined ? {} : { outputs: toJsonObject(result.outputs, "outputs") }),
    };
    return finish(entry, settled, { type: "RecordTask", ...ids, outcome });
  };

  const threw = async (
    entry: Running,
    stage: Stage,
    task: Task,
    error: unknown,
    terms: { backoffMs: number; deadline: number },
    settled: () => void,
  ) => {
    const ids = { stageId: stage.id, taskId: task.id, attempt: task.attempt };
    if (entry.aborted === "cancel")
      return finish(entry, settled, { type: "TaskAborted", stageId: stage.id, taskId: task.id });
    if (entry.aborted === "shutdown" || entry.aborted === "lost") return settled();
    const failure = explain(error);
    if (!isRetryable(error)) {
      const exception = exceptionOf(options.now(), task.name, typeName(error), failure.message);
      return finish(entry, settled, { type: "FailTask", ...ids, failure, exception });
    }
    const failures = entry.claim.failures + 1;
    const due = Math.min(
      terms.deadline,
      options.now() +
        Math.max(leastBackoff(stage), Math.min(longestBackoffMs, terms.backoffMs * 2 ** Math.min(16, failures - 1))),
    );
    const waiting: Explanation = {
      code: failure.code,
      message: `${failure.message} Tried ${failures} time${failures === 1 ? "" : "s"}; next try at ${new Date(due).toISOString()}.`,
      ...(failure.details === undefined ? {} : { details: failure.details }),
    };
    return finish(entry, settled, {
      type: "RecordTask",
      ...ids,
      outcome: { status: "RUNNING", due, waiting, failures },
    });
  };

  /** Runs a stage's `cancel`. Null when it was interrupted: it runs once more. */
  const undo = async (entry: Running, execution: Execution, stage: Stage): Promise<Undone | null> => {
    const type = findStageType(options.types, stage, execution);
    if (type?.cancel === undefined) return {};
    const task = stage.tasks.find((each) => each.id === entry.claim.taskId) ?? stage.tasks[0];
    try {
      const context = await patiently(() => currentContext(execution, stage, type, options.evaluator));
      if (entry.aborted !== null) return null;
      const view = task === undefined ? noTask : taskView(task);
      const given = (await type.cancel(contextOf(entry, execution, stageView(stage, context), view))) ?? {};
      return {
        ...(given.context === undefined ? {} : { context: toJsonObject(given.context, "a context") }),
        ...(given.outputs === undefined ? {} : { outputs: toJsonObject(given.outputs, "outputs") }),
      };
    } catch (error) {
      if (entry.aborted !== null) return null;
      const failure = explain(error);
      return { failure: { ...failure, message: `What it had begun could not be undone: ${failure.message}` } };
    }
  };

  const performCancel = async (entry: Running, execution: Execution, stage: Stage, settled: () => void) => {
    const undone = await undo(entry, execution, stage);
    if (undone === null) return settled();
    const { failure } = undone;
    const told = failure === undefined ? {} : { failure: { ...failure, message: `Canceled. ${failure.message}` } };
    await finish(entry, settled, { type: "CancelFinished", stageId: stage.id, ...undone, ...told });
  };

  /** The task's time is up. Where that halts its stage, what it had begun is undone first, as Orca cancels stages that halt. */
  const timeUp = async (entry: Running, execution: Execution, stage: Stage, task: Task, settled: () => void) => {
    const ids = { stageId: stage.id, taskId: task.id, attempt: task.attempt };
    const { context } = stage;
    if (context["markSuccessfulOnTimeout"] === true || !isHalt(failureStatus(context)))
      return finish(entry, settled, { type: "TimeOutTask", ...ids });
    Object.assign(entry, { controller: new AbortController(), aborted: null });
    const undone = await undo(entry, execution, stage);
    const told = undone === null || Object.keys(undone).length === 0 ? {} : { undone };
    if (undone !== null) return finish(entry, settled, { type: "TimeOutTask", ...ids, ...told });
    if (isAbortedBy(entry, "cancel"))
      return finish(entry, settled, { type: "TaskAborted", stageId: stage.id, taskId: task.id });
    return settled();
  };

  const abortEntry = (entry: Running, why: Abort) => {
    if (entry.aborted !== null && why !== "lost") return;
    entry.aborted = why;
    entry.controller.abort(new Error(`The task is asked to end (${why}).`));
  };

  return {
    begin,
    abort(executionId, stageId, fencing, why) {
      const entry = running.get(keyOf(executionId, stageId));
      if (entry === undefined || (fencing !== null && entry.claim.fencing !== fencing)) return;
      if (entry.claim.kind === "run" || why === "lost") abortEntry(entry, why);
    },
    has: (executionId, stageId) => running.has(keyOf(executionId, stageId)),
    busy: () => [...running.values()].filter((entry) => !entry.reporting).length,
    claims: () => [...running.values()].map((entry) => entry.claim),
    async stop(graceMs) {
      stopping = true;
      const all = () => Promise.allSettled([...running.values()].map((entry) => entry.done));
      const patience = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
      await Promise.race([all(), patience(graceMs)]);
      for (const entry of running.values()) abortEntry(entry, "shutdown");
      await Promise.race([all(), patience(Math.min(2_000, Math.max(100, graceMs)))]);
    },
  };
}

/** `backoffPeriodMs` of the stage lengthens every wait between two looks; as in Orca only a number counts, not its text. */
function leastBackoff(stage: Stage): number {
  const least = stage.context["backoffPeriodMs"];
  return typeof least === "number" ? least : 0;
}

const isAbortedBy = (entry: Running, why: Abort): boolean => entry.aborted === why;

const noTask = {
  id: "0",
  name: "cancel",
  status: "RUNNING",
  startTime: null,
  endTime: null,
  attempt: 1,
  waiting: null,
} as const;

/** Expressions that could not be evaluated when the stage was planned are tried again with what is known now. */
function currentContext(execution: Execution, stage: Stage, type: StageType, evaluator: Evaluator): Stage["context"] {
  if (stage.unresolved.length === 0) return stage.context;
  return evaluator.context(execution, stage, type.rawFields ?? [], stage.unresolved).context;
}
