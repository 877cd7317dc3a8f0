import type { JsonObject } from "@gennaker/contract/json.ts";
import { advance, type Outcome } from "../advance.ts";
import { newExecution } from "../new-execution.ts";
import { summaryKey } from "../status.ts";
import {
  PlanningError,
  type Execution,
  type Message,
  type Plan,
  type PlannedStage,
  type Planner,
  type RunOperation,
  type Stage,
  type TaskOutcome,
} from "../model.ts";

/**
 * What a stage of a test does, told by its context: `tasks` are the outcomes of its tasks (default one SUCCEEDED), `before`, `after`
 * and `onFailure` its synthetic stages, `disabled` switches it off, `unplannable` makes planning throw, `cancellable` gives it a cancel,
 * `gathers` is the place of a task that runs behind an ignored failure, `badExpression` cannot be evaluated: never (true), or not until a task has given `known` ("late").
 */
export const scriptPlanner: Planner = {
  enabled: (_execution, stage) => stage.context["disabled"] !== true,
  plan(_execution, stage) {
    if (stage.context["unplannable"] === true)
      throw new PlanningError({ code: "test.unplannable", message: "Cannot be planned." });
    const tasks = (stage.context["tasks"] ?? ["SUCCEEDED"]) as string[];
    return {
      ...evaluated(stage),
      tasks: tasks.map((_outcome, index) => ({
        name: `task ${index + 1}`,
        timeoutMs: 1_000,
        loopStart: stage.context["loopStart"] === index,
        ...(stage.context["gathers"] === index ? { gathers: true } : {}),
      })),
      before: children(stage, "before"),
    };
  },
  resolve: (_execution, stage) => evaluated(stage),
  after: (_execution, stage) => {
    if (stage.context["afterThrows"] === true) throw new Error("no after");
    return children(stage, "after");
  },
  onFailure: (_execution, stage) => children(stage, "onFailure"),
  cancellable: (_execution, stage) => stage.context["cancellable"] === true,
};

function evaluated(stage: Stage): Pick<Plan, "context" | "unresolved"> {
  const { [summaryKey]: _summary, ...context } = stage.context;
  const { badExpression, known } = context;
  if (badExpression !== true && (badExpression !== "late" || known === true)) return { context, unresolved: [] };
  const summary = { badExpression: [{ level: "ERROR", description: "It cannot be evaluated." }] };
  return { context: { ...context, [summaryKey]: summary }, unresolved: ["badExpression"] };
}

function children(stage: Stage, key: string): PlannedStage[] {
  return (stage.context[key] ?? []) as unknown as PlannedStage[];
}

export function child(name: string, context: JsonObject = {}, parallel = false): JsonObject {
  return { type: "test", name, context, parallel };
}

type Run = {
  stageId: string;
  kind: "run" | "cancel";
  taskId: string | null;
  attempt: number;
  aborted: boolean;
  parked: boolean;
};

export type Simulator = {
  readonly execution: Execution;
  readonly outcomes: readonly Outcome[];
  /** How often each side effect was begun: `refId/task/attempt`, or `refId/cancel`. */
  readonly begun: readonly string[];
  now: number;
  send(...messages: Message[]): Outcome;
  runs(): Run[];
  /** Lets one side effect end, with the outcome that its stage's script says (or `outcome`). */
  step(index?: number, outcome?: TaskOutcome): void;
  /** Lets side effects end until nothing runs, `choose` picks which is next. */
  finish(choose?: (count: number) => number): Execution;
  stage(refId: string): Stage;
  statuses(): Record<string, string>;
};

/** Runs an execution in memory: no database, no clock, every side effect ends when the test says so. */
export function simulate(stages: readonly JsonObject[], options: { start?: boolean } = {}): Simulator {
  let counter = 0;
  const newId = () => `id${(counter += 1)}`;
  const limits = { limitConcurrent: false, maxConcurrentExecutions: 0, keepWaitingPipelines: false };
  const base = {
    id: "run",
    type: "PIPELINE",
    application: "app",
    name: "pipe",
    pipelineConfigId: null,
    user: "ann",
  } as const;
  let execution = newExecution(
    { ...base, stages, trigger: {}, initialConfig: {}, parentExecution: null, limits },
    1_000,
    newId,
  );
  const runs = new Map<string, Run>();
  const begun: string[] = [];
  const outcomes: Outcome[] = [];

  const apply = (stageId: string, operation: RunOperation) => {
    const run = runs.get(stageId);
    if (operation.op === "start") {
      const { kind, taskId, attempt } = operation;
      if (run !== undefined) throw new Error(`stage ${stageId} has two side effects at once`);
      runs.set(stageId, { stageId, kind, taskId, attempt, aborted: false, parked: false });
      const refId = execution.stages.get(stageId)?.refId;
      begun.push(kind === "cancel" ? `${refId}/cancel` : `${refId}/${taskId}/${attempt}`);
      return;
    }
    if (run === undefined) throw new Error(`${operation.op} without a side effect on stage ${stageId}`);
    if (operation.op === "delete") runs.delete(stageId);
    if (operation.op === "abort") Object.assign(run, { aborted: true, parked: false });
    if (operation.op === "park") run.parked = true;
    if (operation.op === "unpark") run.parked = false;
  };

  const send = (...messages: Message[]): Outcome => {
    let todo: readonly Message[] = messages;
    for (;;) {
      const outcome = advance(execution, todo, { now: simulator.now, newId, planner: scriptPlanner });
      execution = outcome.execution;
      outcomes.push(outcome);
      for (const [stageId, operations] of outcome.runs) for (const operation of operations) apply(stageId, operation);
      if (outcome.deferred.length === 0) return outcome;
      todo = outcome.deferred;
    }
  };

  const simulator: Simulator = {
    get execution() {
      return execution;
    },
    outcomes,
    begun,
    now: 1_000,
    send,
    runs: () => [...runs.values()].filter((run) => !run.parked),
    step(index = 0, outcome) {
      const run = simulator.runs()[index];
      if (run === undefined) throw new Error("nothing runs");
      const { stageId } = run;
      if (run.kind === "cancel") return void send({ type: "CancelFinished", stageId });
      const taskId = run.taskId ?? "";
      if (run.aborted) return void send({ type: "TaskAborted", stageId, taskId });
      const stage = execution.stages.get(stageId);
      const script = (stage?.context["tasks"] ?? ["SUCCEEDED"]) as TaskOutcome["status"][];
      const wanted = script[Number(taskId) - 1] ?? "SUCCEEDED";
      const status = wanted === "REDIRECT" && run.attempt > 3 ? "SUCCEEDED" : wanted;
      send({ type: "RecordTask", stageId, taskId, attempt: run.attempt, outcome: outcome ?? { status } });
    },
    finish(choose = () => 0) {
      for (let steps = 0; simulator.runs().length > 0; steps += 1) {
        if (steps > 20_000) throw new Error("does not end");
        simulator.step(choose(simulator.runs().length));
      }
      return execution;
    },
    stage(refId) {
      const found = [...execution.stages.values()].find((stage) => stage.refId === refId);
      if (found === undefined) throw new Error(`no stage ${refId}`);
      return found;
    },
    statuses: () => Object.fromEntries([...execution.stages.values()].map((stage) => [stage.refId, stage.status])),
  };
  if (options.start !== false) send({ type: "StartExecution", admitted: true });
  return simulator;
}

/** A stage document; `after` are the refIds it requires. */
export function stage(refId: string, after: readonly string[] = [], context: JsonObject = {}): JsonObject {
  return { refId, type: "test", name: `stage ${refId}`, requisiteStageRefIds: [...after], ...context };
}

export const failing = { tasks: ["TERMINAL"] };
export const haltBranch = { failPipeline: false, continuePipeline: false };
export const ignore = { failPipeline: false, continuePipeline: true };
