import { failureStatus } from "@gennaker/engine-core/status.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { TaskError } from "../../../engine/api.ts";
import type {
  ExecutionView,
  Explanation,
  StageType,
  StageView,
  Status,
  SyntheticStage,
  TaskView,
} from "../../../engine/api.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
export type Stage = Mutable<Omit<StageView, "tasks">> & { tasks: Mutable<TaskView>[] };

export type RunOptions = {
  context?: JsonObject;
  name?: string;
  /** Other stages of the run, already there. */
  others?: readonly Partial<StageView>[];
  execution?: Partial<ExecutionView>;
  /** Runs every task twice with the same context, as after a crash between doing something and recording it. */
  crash?: boolean;
  /** Called at every wait; it may change the world or the stage. Returning "cancel" cancels the run there. */
  onWait?: (waiting: Explanation | null, stage: Stage) => "cancel" | void;
};

/** A run's outcome: the stage itself, all its synthetic stages in the order of their start, and what it waited for. */
export type Outcome = { stage: Stage; stages: Stage[]; waits: Explanation[] };

export type Runner = {
  run(type: string, options?: RunOptions): Promise<Outcome>;
  types: ReadonlyMap<string, StageType>;
};

/** Of two parts' statuses the one that its stage takes. */
const worse = (left: Status, right: Status): Status => (right === "SUCCEEDED" ? left : right);

class Canceled extends Error {}

/**
 * Runs one stage with its synthetic stages as the engine would, one after another, without an engine: time moves by
 * what a waiting task asks for.
 */
export function createRunner(stageTypes: readonly StageType[], clock: { ms: number }): Runner {
  const types = new Map(stageTypes.map((type) => [type.type, type]));
  let count = 0;

  async function run(type: string, options: RunOptions = {}): Promise<Outcome> {
    const stages: Stage[] = [];
    const waits: Explanation[] = [];
    const others = (options.others ?? []).map((other, index) => ({ ...blank(`other${index}`, "wait", {}), ...other }));
    const view = (): ExecutionView => ({
      ...execution,
      ...options.execution,
      stages: [...others, ...stages] as StageView[],
    });
    const now = (): Date => new Date(clock.ms);

    const start = (parent: Stage | null, plan: SyntheticStage, owner: Stage["syntheticStageOwner"]): Stage => {
      count += 1;
      const stage = { ...blank(`s${count}`, plan.type, structuredClone(plan.context)), name: plan.name };
      stage.parentStageId = parent?.id ?? null;
      stage.syntheticStageOwner = owner;
      stages.push(stage);
      return stage;
    };

    const perform = async (stage: Stage): Promise<void> => {
      const found = types.get(stage.type);
      if (found === undefined) throw new Error(`no stage type ${stage.type}`);
      stage.status = "RUNNING";
      try {
        const before = found.before?.({ execution: view(), stage: stage as StageView }) ?? [];
        const ahead = await children(stage, before, "STAGE_BEFORE");
        let { status } = ahead;
        const definitions = found.tasks({ execution: view(), stage: stage as StageView });
        const nothing = before.length === 0 && definitions.length === 0;
        if (ahead.goesOn) status = worse(status, await tasks(stage, definitions, found));
        if (status === "SUCCEEDED" || status === "FAILED_CONTINUE") {
          const after = found.after?.({ execution: view(), stage: stage as StageView }) ?? [];
          status = worse(status, (await children(stage, after, "STAGE_AFTER")).status);
        }
        stage.status = nothing && status === "SUCCEEDED" ? "SKIPPED" : status;
      } catch (error) {
        if (error instanceof Canceled) {
          stage.status = "CANCELED";
          const given = await found.cancel?.(contextOf(stage, task("cancel"), view, now));
          Object.assign(stage.context, given?.context);
          Object.assign(stage.outputs, given?.outputs);
          throw error;
        }
        stage.status = "TERMINAL";
        stage.failure = error instanceof TaskError ? error.explanation : { code: "error", message: String(error) };
      }
      if (stage.status === "TERMINAL" || stage.status === "STOPPED") {
        for (const plan of found.onFailure?.({ execution: view(), stage: stage as StageView }) ?? []) {
          await perform(start(stage, plan, "STAGE_AFTER"));
        }
      }
    };

    const children = async (
      parent: Stage,
      plans: readonly SyntheticStage[],
      owner: "STAGE_BEFORE" | "STAGE_AFTER",
    ): Promise<{ status: Status; goesOn: boolean }> => {
      let worst: Status = "SUCCEEDED";
      let goesOn = true;
      for (const plan of plans) {
        const child = start(parent, plan, owner);
        await perform(child);
        if (child.status === "SUCCEEDED" || child.status === "SKIPPED") continue;
        child.status = child.status === "TERMINAL" ? failureStatus(child.context) : child.status;
        worst = worse(worst, child.status);
        parent.failure ??= child.failure;
        if (child.status === "FAILED_CONTINUE" && child.context["allowSiblingStagesToContinueOnFailure"] === true)
          continue;
        goesOn = false;
        if (plan.parallel !== true) break;
      }
      return { status: worst, goesOn };
    };

    const tasks = async (
      stage: Stage,
      definitions: readonly { name: string; timeoutMs?: number; backoffMs?: number }[],
      found: StageType,
    ): Promise<Status> => {
      let worst: Status = "SUCCEEDED";
      for (const [index, { name, timeoutMs, backoffMs }] of definitions.entries()) {
        const current = task(name);
        current.startTime = now().toISOString();
        const end = clock.ms + (timeoutMs ?? 3_600_000);
        stage.tasks.push(current);
        for (;;) {
          const definition = found.tasks({ execution: view(), stage: stage as StageView })[index];
          if (definition === undefined) throw new Error(`task ${name} went away`);
          if (options.crash === true) await definition.run(contextOf(stage, current, view, now));
          const result = await definition.run(contextOf(stage, current, view, now));
          Object.assign(stage.context, structuredClone(result.context));
          Object.assign(stage.outputs, structuredClone(result.outputs));
          current.status = result.status;
          if (result.status === "SUCCEEDED") break;
          if (result.status !== "RUNNING") {
            stage.failure = result.failure ?? null;
            if (result.status !== "FAILED_CONTINUE") return result.status as Status;
            worst = "FAILED_CONTINUE";
            break;
          }
          if (result.waiting !== undefined) waits.push(result.waiting);
          if (options.onWait?.(result.waiting ?? null, stage) === "cancel") throw new Canceled();
          clock.ms += Math.max(1, result.retryAfterMs ?? backoffMs ?? 1000);
          if (clock.ms >= end) throw new TaskError("task.timeout", `${name} timed out`);
        }
      }
      return worst;
    };

    const top = start(null, { type, name: options.name ?? type, context: options.context ?? {} }, null);
    await perform(top).catch((error: unknown) => {
      if (!(error instanceof Canceled)) throw error;
    });
    return { stage: top, stages, waits };
  }

  return { run, types };
}

const execution: ExecutionView = {
  id: "run",
  type: "PIPELINE",
  application: "app",
  name: "ship",
  pipelineConfigId: "config",
  status: "RUNNING",
  buildTime: "2026-01-01T00:00:00Z",
  startTime: "2026-01-01T00:00:00Z",
  endTime: null,
  canceled: false,
  canceledBy: null,
  cancellationReason: null,
  paused: null,
  trigger: {},
  authentication: { user: "ann" },
  parentExecution: null,
  stages: [],
  initialConfig: {},
  failure: null,
};

function blank(id: string, type: string, context: JsonObject): Stage {
  return {
    id,
    refId: id,
    type,
    name: type,
    status: "NOT_STARTED",
    requisiteStageRefIds: [],
    parentStageId: null,
    syntheticStageOwner: null,
    startTime: null,
    endTime: null,
    context,
    outputs: {},
    tasks: [],
    failure: null,
  };
}

function task(name: string): Mutable<TaskView> {
  return { id: name, name, status: "RUNNING", startTime: null, endTime: null, attempt: 1, waiting: null };
}

function contextOf(stage: Stage, current: TaskView, view: () => ExecutionView, now: () => Date) {
  const operationKey = `run/${stage.id}/${current.id}/1`;
  return {
    execution: view(),
    stage: stage as StageView,
    task: current,
    operationKey,
    signal: new AbortController().signal,
    now,
  };
}
