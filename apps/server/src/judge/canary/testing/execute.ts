import type { JsonObject } from "@gennaker/contract/json.ts";
import type { ExecutionView, StageType, StageView, SyntheticStage, TaskResult, TaskView } from "../../../engine/api.ts";
import { TaskError } from "../../../engine/api.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export type ExecuteOptions = {
  types: readonly StageType[];
  now: { time: number };
  /** Each task is run twice with its operation key and the first answer thrown away, as after a crash before it is stored. */
  twice?: boolean;
  /** Called before each look of a task; may change the world, or throw `stopped` to cancel. */
  before?: (task: string, execution: ExecutionView) => Promise<void> | void;
};

/** Throw it from `before` to cancel the run there. */
export const stopped = new Error("stopped");

/**
 * Runs one stage and its synthetic children by the engine's rules, as far as this feature uses them: before-stages,
 * tasks, after-stages or on-failure stages; waits move the clock.
 */
export async function execute(type: string, context: JsonObject, options: ExecuteOptions): Promise<{ stage: StageView; stages: readonly StageView[]; waits: string[] }> {
  const stages: Mutable<StageView>[] = [];
  const execution: ExecutionView = {
    id: "execution-1", type: "PIPELINE", application: "shop", name: "p", pipelineConfigId: null, status: "RUNNING", buildTime: "", startTime: null,
    endTime: null, canceled: false, canceledBy: null, cancellationReason: null, paused: null, trigger: {}, authentication: { user: "ann" },
    parentExecution: null, stages, initialConfig: {}, failure: null,
  };
  const waits: string[] = [];
  const typeOf = (name: string): StageType => {
    const found = options.types.find((one) => one.type === name);
    if (found === undefined) throw new Error(`no stage type ${name}`);
    return found;
  };

  function add(plan: SyntheticStage, parent: StageView | null, owner: StageView["syntheticStageOwner"]): Mutable<StageView> {
    const stage: Mutable<StageView> = {
      id: `stage-${stages.length + 1}`, refId: String(stages.length + 1), type: plan.type, name: plan.name, status: "NOT_STARTED", requisiteStageRefIds: [],
      parentStageId: parent?.id ?? null, syntheticStageOwner: owner, startTime: null, endTime: null, context: structuredClone(plan.context), outputs: {}, tasks: [], failure: null,
    };
    stages.push(stage);
    return stage;
  }

  async function runTask(stage: Mutable<StageView>, definition: ReturnType<StageType["tasks"]>[number]): Promise<boolean> {
    const task: TaskView = { id: definition.name, name: definition.name, status: "RUNNING", startTime: new Date(options.now.time).toISOString(), endTime: null, attempt: 1, waiting: null };
    for (let look = 0; look < 10_000; look += 1) {
      await options.before?.(definition.name, execution);
      const input = {
        execution, stage, task, operationKey: `${execution.id}/${stage.id}/${task.id}/1`, signal: new AbortController().signal, now: () => new Date(options.now.time),
      };
      let result: TaskResult;
      try {
        if (options.twice === true) await definition.run(structuredCloneOf(input));
        result = await definition.run(input);
      } catch (error) {
        if (!(error instanceof TaskError)) throw error;
        result = error.retryable ? { status: "RUNNING", waiting: error.explanation } : { status: "TERMINAL", failure: error.explanation };
      }
      stage.context = { ...stage.context, ...result.context };
      stage.outputs = { ...stage.outputs, ...result.outputs };
      if (result.waiting !== undefined) waits.push(result.waiting.message);
      if (result.status === "SUCCEEDED") return true;
      if (result.status !== "RUNNING") {
        stage.failure = result.failure ?? null;
        return false;
      }
      options.now.time += result.retryAfterMs ?? definition.backoffMs ?? 1000;
    }
    throw new Error(`task ${definition.name} never ended`);
  }

  async function runAll(plans: readonly SyntheticStage[], parent: StageView, owner: StageView["syntheticStageOwner"]): Promise<boolean> {
    for (const stage of plans.map((plan) => add(plan, parent, owner))) if (!(await runStage(stage))) return false;
    return true;
  }

  async function runStage(stage: Mutable<StageView>): Promise<boolean> {
    const definition = typeOf(stage.type);
    const input = { execution, stage };
    stage.status = "RUNNING";
    let good = await runAll(definition.before?.(input) ?? [], stage, "STAGE_BEFORE");
    for (const task of good ? definition.tasks(input) : []) if (good) good = await runTask(stage, task);
    if (good) good = await runAll(definition.after?.(input) ?? [], stage, "STAGE_AFTER");
    if (!good) await runAll(definition.onFailure?.(input) ?? [], stage, "STAGE_AFTER");
    stage.status = good ? "SUCCEEDED" : "TERMINAL";
    return good;
  }

  const top = add({ type, name: type, context }, null, null);
  try {
    await runStage(top);
  } catch (error) {
    if (error !== stopped) throw error;
    for (const stage of stages.toReversed()) {
      if (stage.status !== "RUNNING") continue;
      const input = { execution, stage, task: { id: "cancel", name: "cancel", status: "RUNNING" as const, startTime: null, endTime: null, attempt: 1, waiting: null },
        operationKey: `${execution.id}/${stage.id}/cancel/1`, signal: new AbortController().signal, now: () => new Date(options.now.time) };
      const undone = await typeOf(stage.type).cancel?.(input);
      stage.outputs = { ...stage.outputs, ...undone?.outputs };
      stage.status = "CANCELED";
    }
  }
  return { stage: top, stages, waits };
}

/** A task must not live from changing what it was given. */
function structuredCloneOf<T extends { execution: ExecutionView; stage: StageView }>(input: T): T {
  return { ...input, execution: structuredClone(input.execution), stage: structuredClone(input.stage) };
}
