import type { JsonObject } from "@gennaker/contract/json.ts";
import type { ExecutionView, StageView } from "../engine/api.ts";

/** An execution as Gate answers it: epoch milliseconds, absent instead of null, Orca's field names. */
export function executionJson(execution: ExecutionView): JsonObject {
  const { initialConfig: config } = execution;
  return present({
    type: execution.type,
    id: execution.id,
    application: execution.application,
    name: execution.name,
    buildTime: epoch(execution.buildTime),
    canceled: execution.canceled,
    canceledBy: execution.canceledBy,
    cancellationReason: execution.cancellationReason,
    limitConcurrent: config["limitConcurrent"] === true,
    maxConcurrentExecutions: Number(config["maxConcurrentExecutions"] ?? 0) || 0,
    keepWaitingPipelines: config["keepWaitingPipelines"] === true,
    stages: execution.stages.map(stageJson),
    startTime: epoch(execution.startTime),
    endTime: epoch(execution.endTime),
    status: execution.status,
    authentication: { user: execution.authentication.user, allowedAccounts: [] },
    paused: execution.paused
      ? present({
          pausedBy: execution.paused.pausedBy,
          pauseTime: epoch(execution.paused.pauseTime),
          resumeTime: epoch(execution.paused.resumeTime),
        })
      : null,
    origin: "api",
    // What Orca says of every trigger, whoever started the run.
    trigger: { expectedArtifacts: [], preferred: false, ...execution.trigger, executionId: execution.id },
    pipelineConfigId: execution.pipelineConfigId,
    description: execution.type === "ORCHESTRATION" ? execution.name : null,
    notifications: Array.isArray(config["notifications"]) ? config["notifications"] : [],
    initialConfig: {},
    systemNotifications: [],
    spelEvaluator: config["spelEvaluator"] ?? null,
    templateVariables: config["templateVariables"] ?? null,
  });
}

function stageJson(stage: StageView): JsonObject {
  const last = stage.tasks.length - 1;
  return present({
    id: stage.id,
    refId: stage.refId,
    type: stage.type,
    name: stage.name,
    startTime: epoch(stage.startTime),
    endTime: epoch(stage.endTime),
    status: stage.status,
    context: stage.context,
    outputs: stage.outputs,
    tasks: stage.tasks.map((task, index) =>
      present({
        id: task.id,
        implementingClass: task.name,
        name: task.name,
        startTime: epoch(task.startTime),
        endTime: epoch(task.endTime),
        status: task.status,
        stageStart: index === 0,
        stageEnd: index === last,
        loopStart: false,
        loopEnd: false,
        taskExceptionDetails: {},
      }),
    ),
    syntheticStageOwner: stage.syntheticStageOwner,
    parentStageId: stage.parentStageId,
    requisiteStageRefIds: [...stage.requisiteStageRefIds],
  });
}

/** A task (`/tasks`) as Gate answers it: an orchestration with its stages' work flattened. */
export function taskJson(execution: ExecutionView): JsonObject {
  return present({
    id: execution.id,
    name: execution.name,
    application: execution.application,
    status: execution.status,
    buildTime: epoch(execution.buildTime),
    startTime: epoch(execution.startTime),
    endTime: epoch(execution.endTime),
    execution: executionJson(execution),
    steps: execution.stages.flatMap((stage) =>
      stage.tasks.map((task) =>
        present({
          name: task.name,
          status: task.status,
          startTime: epoch(task.startTime),
          endTime: epoch(task.endTime),
        }),
      ),
    ),
    variables: execution.stages.flatMap((stage) =>
      Object.entries(stage.context).map(([key, value]) => ({ key, value })),
    ),
  });
}

export function epoch(time: string | null): number | null {
  return time === null ? null : Date.parse(time);
}

/** Without the keys that have nothing to say. */
export function present(value: { [key: string]: JsonObject[string] | null | undefined }): JsonObject {
  return Object.fromEntries(
    Object.entries(value).filter(([, each]) => each !== null && each !== undefined),
  ) as JsonObject;
}
