import type { Execution, Explanation, Owner, Pause, Stage, Status, Task } from "./model.ts";

/** What history tells of a task. Times are epoch milliseconds. */
export type TaskFacts = {
  id: string;
  name: string;
  status: Status;
  startTime: number | null;
  endTime: number | null;
  attempt: number;
  waiting: Explanation | null;
};

export type StageFacts = {
  id: string;
  refId: string;
  type: string;
  name: string;
  requisites: readonly string[];
  parentId: string | null;
  owner: Owner | null;
  status: Status;
  startTime: number | null;
  endTime: number | null;
  failure: Explanation | null;
  tasks: readonly TaskFacts[];
};

export type RunFacts = {
  status: Status;
  startTime: number | null;
  endTime: number | null;
  canceled: boolean;
  canceledBy: string | null;
  cancellationReason: string | null;
  paused: Pause | null;
  failure: Explanation | null;
};

/** A run at one moment, as far as its history tells it. Stages are in the order in which they came to be. */
export type RunState = { run: RunFacts; stages: ReadonlyMap<string, StageFacts> };

/** One thing that happened to a run, in the order in which it happened. `set` has only what became different. */
export type Step =
  | { what: "created"; run: RunFacts; stages: readonly StageFacts[] }
  | { what: "run"; set: Partial<RunFacts> }
  | { what: "stage"; stage: string; set: Partial<StageFacts> }
  | { what: "task"; stage: string; task: string; set: Partial<TaskFacts> }
  | { what: "added"; stages: readonly StageFacts[] }
  | { what: "removed"; stages: readonly string[] };

const runKeys = [
  "status",
  "startTime",
  "endTime",
  "canceled",
  "canceledBy",
  "cancellationReason",
  "paused",
  "failure",
] as const satisfies readonly (keyof RunFacts)[];
const stageKeys = ["status", "startTime", "endTime", "failure"] as const satisfies readonly (keyof StageFacts)[];
const taskKeys = [
  "status",
  "startTime",
  "endTime",
  "attempt",
  "waiting",
] as const satisfies readonly (keyof TaskFacts)[];

function differing<T, K extends keyof T>(before: T, after: T, keys: readonly K[]): Partial<Pick<T, K>> {
  const set: Partial<Pick<T, K>> = {};
  for (const key of keys) if (before[key] !== after[key]) set[key] = after[key];
  return set;
}

const isEmpty = (set: object) => Object.keys(set).length === 0;

function runFacts(execution: Execution): RunFacts {
  const { status, startTime, endTime, canceled, canceledBy, cancellationReason, paused, failure } = execution;
  return { status, startTime, endTime, canceled, canceledBy, cancellationReason, paused, failure };
}

function taskFacts(task: Task): TaskFacts {
  const { id, name, status, startTime, endTime, attempt, waiting } = task;
  return { id, name, status, startTime, endTime, attempt, waiting };
}

export function stageFacts(stage: Stage): StageFacts {
  const { id, refId, type, name, requisites, parentId, owner, status, startTime, endTime, failure } = stage;
  const tasks = stage.tasks.map(taskFacts);
  return { id, refId, type, name, requisites, parentId, owner, status, startTime, endTime, failure, tasks };
}

/** What the history of this run, replayed to its end, must give. */
export function factsOf(execution: Execution): RunState {
  return {
    run: runFacts(execution),
    stages: new Map([...execution.stages].map(([id, stage]) => [id, stageFacts(stage)])),
  };
}

/** The first step of every history. */
export function createdStep(execution: Execution): Step {
  return { what: "created", run: runFacts(execution), stages: [...execution.stages.values()].map(stageFacts) };
}

export function runSteps(before: Execution, after: Execution): Step[] {
  const set = differing(before, after, runKeys);
  return isEmpty(set) ? [] : [{ what: "run", set }];
}

/** `tasks` says that the list of tasks was planned or begun anew, rather than one of them having changed. */
export function stageSteps(before: Stage, after: Stage, tasks: "replaced" | "same"): Step[] {
  const changed: Partial<StageFacts> = differing(before, after, stageKeys);
  const replaced = tasks === "replaced" && before.tasks !== after.tasks;
  const set = replaced ? { ...changed, tasks: after.tasks.map(taskFacts) } : changed;
  return isEmpty(set) ? [] : [{ what: "stage", stage: after.id, set }];
}

export function taskSteps(stageId: string, before: Task, after: Task): Step[] {
  const set = differing(before, after, taskKeys);
  return isEmpty(set) ? [] : [{ what: "task", stage: stageId, task: after.id, set }];
}

/** A run being told again from its history. */
export type Replay = {
  /** Takes the next step in; throws when the history does not begin with `created` or tells of a stage it does not know. */
  apply(step: Step): void;
  /** The run as it is after the steps taken so far; null before the first. Changes with the next step. */
  readonly state: RunState | null;
};

export function createReplay(): Replay {
  let run = null as RunFacts | null;
  const stages = new Map<string, StageFacts>();
  const known = (id: string): StageFacts => {
    const stage = stages.get(id);
    if (stage === undefined) throw new Error(`The history of this run tells of stage ${id}, which it does not know.`);
    return stage;
  };
  return {
    get state() {
      return run === null ? null : { run, stages };
    },
    apply(step) {
      if (step.what === "created") {
        run = step.run;
        stages.clear();
        for (const stage of step.stages) stages.set(stage.id, stage);
        return;
      }
      if (run === null) throw new Error("The history of this run does not begin with its creation.");
      if (step.what === "run") run = { ...run, ...step.set };
      if (step.what === "added") for (const stage of step.stages) stages.set(stage.id, stage);
      if (step.what === "removed") for (const id of step.stages) stages.delete(id);
      if (step.what === "stage") stages.set(step.stage, { ...known(step.stage), ...step.set });
      if (step.what === "task") stages.set(step.stage, withTask(known(step.stage), step.task, step.set));
    },
  };
}

function withTask(stage: StageFacts, taskId: string, set: Partial<TaskFacts>): StageFacts {
  return { ...stage, tasks: stage.tasks.map((task) => (task.id === taskId ? { ...task, ...set } : task)) };
}
