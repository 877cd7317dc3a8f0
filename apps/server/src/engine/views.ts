import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Execution, Stage, Task } from "@gennaker/engine-core/model.ts";
import type { ExecutionView, StageView, TaskView } from "./api.ts";

const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());

export function taskView(task: Task): TaskView {
  const { id, name, status, attempt, waiting } = task;
  return { id, name, status, startTime: iso(task.startTime), endTime: iso(task.endTime), attempt, waiting };
}

/** `context` replaces the stored one where expressions have been evaluated for this reader. */
export function stageView(stage: Stage, context: JsonObject = stage.context): StageView {
  const { id, refId, type, name, status, parentId, outputs, failure } = stage;
  return {
    id,
    refId,
    type,
    name,
    status,
    requisiteStageRefIds: stage.requisites,
    parentStageId: parentId,
    syntheticStageOwner: stage.owner,
    startTime: iso(stage.startTime),
    endTime: iso(stage.endTime),
    context,
    outputs,
    tasks: stage.tasks.map(taskView),
    failure,
  };
}

/** Stage views are made when first asked for: most readers look at one stage of many. */
export function executionView(execution: Execution): ExecutionView {
  const { id, type, application, name, pipelineConfigId, status, canceled, canceledBy, cancellationReason, paused } =
    execution;
  let stages: readonly StageView[] | undefined;
  return {
    id,
    type,
    application,
    name,
    pipelineConfigId,
    status,
    buildTime: new Date(execution.buildTime).toISOString(),
    startTime: iso(execution.startTime),
    endTime: iso(execution.endTime),
    canceled,
    canceledBy,
    cancellationReason,
    paused:
      paused === null
        ? null
        : {
            pausedBy: paused.pausedBy,
            pauseTime: new Date(paused.pauseTime).toISOString(),
            resumeTime: iso(paused.resumeTime),
          },
    trigger: execution.trigger,
    authentication: { user: execution.user },
    parentExecution: execution.parentExecution,
    failure: execution.pendingRestart?.why ?? execution.failure,
    get stages() {
      return (stages ??= [...execution.stages.values()].map((stage) => stageView(stage)));
    },
    initialConfig: execution.initialConfig,
  };
}
