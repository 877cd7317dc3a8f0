import type { JsonObject } from "@gennaker/contract/json.ts";
import type { ExecutionView, RunText, StageText, StageView } from "../engine/api.ts";
import { storedChange } from "./stored-change-stage.ts";

/** What Gate tells of a run apart from its stages; times are epoch milliseconds. */
type RunFacts = Pick<
  RunText,
  | "type"
  | "id"
  | "application"
  | "name"
  | "buildTime"
  | "startTime"
  | "endTime"
  | "canceled"
  | "canceledBy"
  | "cancellationReason"
  | "status"
  | "user"
  | "paused"
  | "pipelineConfigId"
  | "trigger"
  | "initialConfig"
>;

type TaskFacts = Pick<StageText["tasks"][number], "id" | "name" | "startTime" | "endTime" | "status">;

/** What Gate tells of a stage apart from its context and outputs. */
type StageFacts = Pick<
  StageText,
  "id" | "refId" | "type" | "name" | "startTime" | "endTime" | "status" | "owner" | "parentId" | "requisites"
> & { tasks: readonly TaskFacts[] };

/** An execution as Gate answers it: epoch milliseconds, absent instead of null, Orca's field names. */
export function executionJson(execution: ExecutionView): JsonObject {
  const { paused } = execution;
  const facts: RunFacts = {
    ...execution,
    buildTime: Date.parse(execution.buildTime),
    startTime: epoch(execution.startTime),
    endTime: epoch(execution.endTime),
    user: execution.authentication.user,
    paused:
      paused === null
        ? null
        : { ...paused, pauseTime: Date.parse(paused.pauseTime), resumeTime: epoch(paused.resumeTime) },
  };
  return { ...runJson(facts), stages: execution.stages.map(viewJson) };
}

/** The same as JSON text, made without taking apart what stages know and gave. */
export function executionText(run: RunText): string {
  const stages = run.stages.map(
    (stage) => `${open(stageJson(stage))},"context":${stage.context},"outputs":${stage.outputs}}`,
  );
  return `${open(runJson(run))},"stages":[${stages.join(",")}]}`;
}

/** A JSON object to which more fields are to be written. Neither a run nor a stage is ever empty. */
function open(value: JsonObject): string {
  return JSON.stringify(value).slice(0, -1);
}

function runJson(run: RunFacts): JsonObject {
  const { initialConfig: config, paused } = run;
  return present({
    type: run.type,
    id: run.id,
    application: run.application,
    name: run.name,
    buildTime: run.buildTime,
    canceled: run.canceled,
    canceledBy: run.canceledBy,
    cancellationReason: run.cancellationReason,
    limitConcurrent: config["limitConcurrent"] === true,
    maxConcurrentExecutions: Number(config["maxConcurrentExecutions"] ?? 0) || 0,
    keepWaitingPipelines: config["keepWaitingPipelines"] === true,
    startTime: run.startTime,
    endTime: run.endTime,
    status: run.status,
    authentication: { user: run.user, allowedAccounts: [] },
    paused:
      paused === null
        ? null
        : present({ pausedBy: paused.pausedBy, pauseTime: paused.pauseTime, resumeTime: paused.resumeTime }),
    origin: "api",
    // What Orca says of every trigger, whoever started the run.
    trigger: { expectedArtifacts: [], preferred: false, ...run.trigger, executionId: run.id },
    pipelineConfigId: run.pipelineConfigId,
    description: run.type === "ORCHESTRATION" ? run.name : null,
    notifications: Array.isArray(config["notifications"]) ? config["notifications"] : [],
    initialConfig: {},
    systemNotifications: [],
    spelEvaluator: config["spelEvaluator"] ?? null,
    templateVariables: config["templateVariables"] ?? null,
  });
}

function viewJson(stage: StageView): JsonObject {
  return { ...stageJson(factsOf(stage)), context: stage.context, outputs: stage.outputs };
}

function factsOf(stage: StageView): StageFacts {
  return {
    ...stage,
    startTime: epoch(stage.startTime),
    endTime: epoch(stage.endTime),
    owner: stage.syntheticStageOwner,
    parentId: stage.parentStageId,
    requisites: stage.requisiteStageRefIds,
    tasks: stage.tasks.map((task) => ({
      ...task,
      startTime: epoch(task.startTime),
      endTime: epoch(task.endTime),
    })),
  };
}

function stageJson(stage: StageFacts): JsonObject {
  return present({
    id: stage.id,
    refId: stage.refId,
    // A change that was done at once is called after its job, as in Orca.
    type: stage.type === storedChange ? stage.name : stage.type,
    name: stage.name,
    startTime: stage.startTime,
    endTime: stage.endTime,
    status: stage.status,
    tasks: tasksJson(stage),
    syntheticStageOwner: stage.owner,
    parentStageId: stage.parentId,
    requisiteStageRefIds: [...stage.requisites],
  });
}

function tasksJson({ type, name: stageName, tasks }: Pick<StageFacts, "type" | "name" | "tasks">): JsonObject[] {
  return tasks.map((task, index) => {
    const name = type === storedChange ? stageName : task.name;
    return present({
      id: task.id,
      implementingClass: name,
      name,
      startTime: task.startTime,
      endTime: task.endTime,
      status: task.status,
      stageStart: index === 0,
      stageEnd: index === tasks.length - 1,
      loopStart: false,
      loopEnd: false,
      taskExceptionDetails: {},
    });
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
    steps: execution.stages.flatMap((stage) => tasksJson(factsOf(stage))),
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
  const kept: JsonObject = {};
  for (const key of Object.keys(value)) {
    const each = value[key];
    if (each !== null && each !== undefined) kept[key] = each;
  }
  return kept;
}
