import type { JsonObject } from "@gennaker/contract/json.ts";
import { childrenOf, buildTopology } from "./topology.ts";
import { isComplete } from "./status.ts";
import { runSteps, stageFacts, stageSteps, taskSteps, type Step } from "./history.ts";
import type {
  EngineEvent,
  Execution,
  Explanation,
  Header,
  Message,
  Outgoing,
  Planner,
  RunOperation,
  Stage,
  Task,
} from "./model.ts";

export type Environment = {
  /** Epoch milliseconds; one value for a whole transition. */
  now: number;
  newId(): string;
  planner: Planner;
};

/** An execution being changed: handlers write here, the snapshot it came from stays as it was. */
export type Draft = {
  readonly env: Environment;
  execution: Execution;
  readonly stages: Map<string, Stage>;
  readonly queue: Message[];
  readonly changed: Set<string>;
  readonly removed: Set<string>;
  /** At most one row operation a stage survives; see `operate`. */
  readonly runs: Map<string, RunOperation[]>;
  readonly events: EngineEvent[];
  /** The run's history of this transition. */
  readonly steps: Step[];
  readonly wakes: string[];
  readonly outgoing: Outgoing[];
  headerChanged: boolean;
};

export function createDraft(execution: Execution, env: Environment): Draft {
  const stages = new Map(execution.stages);
  return {
    env,
    execution: { ...execution, stages },
    stages,
    queue: [],
    changed: new Set(),
    removed: new Set(),
    runs: new Map(),
    events: [],
    steps: [],
    wakes: [],
    outgoing: [],
    headerChanged: false,
  };
}

export function setHeader(draft: Draft, patch: Partial<Header>): void {
  const earlier = draft.execution;
  const before = earlier.status;
  draft.execution = { ...earlier, ...patch };
  draft.steps.push(...runSteps(earlier, draft.execution));
  draft.headerChanged = true;
  const { id, status, name } = draft.execution;
  if (status !== before)
    draft.events.push({
      type: "execution.status",
      data: { executionId: id, name, status, ...failureData(draft.execution.failure) },
    });
}

function failureData(explanation: Explanation | null): JsonObject {
  return explanation === null ? {} : { failure: { code: explanation.code, message: explanation.message } };
}

export function setStage(draft: Draft, stageId: string, patch: Partial<Stage>): Stage {
  return changeStage(draft, stageId, patch, "replaced");
}

function changeStage(draft: Draft, stageId: string, patch: Partial<Stage>, tasks: "replaced" | "same"): Stage {
  const before = draft.stages.get(stageId);
  if (before === undefined) throw new Error(`Stage ${stageId} is not part of execution ${draft.execution.id}.`);
  const stage: Stage = { ...before, ...patch };
  draft.stages.set(stageId, stage);
  draft.changed.add(stageId);
  draft.steps.push(...stageSteps(before, stage, tasks));
  if (stage.status !== before.status) draft.events.push(stageEvent(draft.execution.id, stage));
  return stage;
}

function stageEvent(executionId: string, stage: Stage): EngineEvent {
  const { id, refId, type, name, status, parentId } = stage;
  const data: JsonObject = { executionId, stageId: id, refId, type, name, status, parentStageId: parentId };
  return { type: "stage.status", data: { ...data, ...(isComplete(status) ? failureData(stage.failure) : {}) } };
}

export function taskOf(stage: Stage, taskId: string): Task | undefined {
  return stage.tasks.find((task) => task.id === taskId);
}

export function setTask(draft: Draft, stageId: string, taskId: string, patch: Partial<Task>): void {
  const stage = draft.stages.get(stageId);
  if (stage === undefined) return;
  const tasks = stage.tasks.map((task) => (task.id === taskId ? { ...task, ...patch } : task));
  const before = taskOf(stage, taskId);
  const changed = changeStage(draft, stageId, { tasks }, "same");
  const after = taskOf(changed, taskId);
  if (before === undefined || after === undefined) return;
  draft.steps.push(...taskSteps(stageId, before, after));
  const ids = { executionId: draft.execution.id, stageId, taskId, name: before.name };
  if (patch.status !== undefined && patch.status !== before.status) {
    draft.events.push({ type: "task.status", data: { ...ids, status: patch.status } });
  }
  if (patch.waiting !== undefined && patch.waiting !== null && !sameExplanation(before.waiting, patch.waiting)) {
    const { code, message } = patch.waiting;
    draft.events.push({ type: "stage.waiting", data: { ...ids, waiting: { code, message } } });
  }
}

export function sameExplanation(left: Explanation | null, right: Explanation | null): boolean {
  if (left === right) return true;
  if (left === null || right === null) return false;
  return (
    left.code === right.code &&
    left.message === right.message &&
    JSON.stringify(left.details) === JSON.stringify(right.details)
  );
}

export function addStages(draft: Draft, stages: readonly Stage[]): void {
  if (stages.length === 0) return;
  for (const stage of stages) {
    draft.stages.set(stage.id, stage);
    draft.changed.add(stage.id);
  }
  draft.steps.push({ what: "added", stages: stages.map(stageFacts) });
  rebuild(draft);
}

/** Removes synthetic stages together with what is below them. */
export function removeStages(draft: Draft, stageIds: readonly string[]): void {
  for (const id of stageIds) {
    removeStages(
      draft,
      childrenOf(draft.execution, id).map((child) => child.id),
    );
    const stage = draft.stages.get(id);
    if (stage?.activity !== null && stage !== undefined) operate(draft, { op: "delete", stageId: id });
    draft.stages.delete(id);
    draft.changed.delete(id);
    draft.removed.add(id);
  }
  if (stageIds.length === 0) return;
  draft.steps.push({ what: "removed", stages: [...stageIds] });
  rebuild(draft);
}

function rebuild(draft: Draft): void {
  draft.execution = { ...draft.execution, topology: buildTopology(draft.stages.values()) };
}

export function operate(draft: Draft, operation: RunOperation): void {
  const list = draft.runs.get(operation.stageId);
  if (list === undefined) draft.runs.set(operation.stageId, [operation]);
  else list.push(operation);
}

export function send(draft: Draft, message: Message): void {
  draft.queue.push(message);
}

/** What Orca puts into `context.exception`. */
export function exceptionOf(now: number, operation: string, type: string, message: string): JsonObject {
  return {
    timestamp: now,
    exceptionType: type,
    operation,
    details: { error: "Unexpected Task Failure", errors: [message] },
    shouldRetry: false,
  };
}
