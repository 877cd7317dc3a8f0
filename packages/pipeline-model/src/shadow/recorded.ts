import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { ExecutionData, StageData } from "@gennaker/expressions/execution.ts";

/** A stage of a recorded run. Times are epoch milliseconds. */
export type RecordedStage = {
  id: string;
  refId: string;
  type: string;
  name: string;
  status: string;
  requisites: string[];
  parentId: string | null;
  context: JsonObject;
  outputs: JsonObject;
  startTime: number | null;
  endTime: number | null;
};

export type RecordedRun = {
  id: string;
  status: string;
  startTime: number | null;
  trigger: JsonObject;
  stages: RecordedStage[];
  data: JsonObject;
};

/** Reads Orca's JSON of an execution, or says why it is none. */
export function readRun(execution: unknown): RecordedRun | { problem: string } {
  if (!isJsonObject(execution)) return { problem: "is not an object" };
  const { id, status, stages, trigger } = execution;
  if (typeof id !== "string" || typeof status !== "string") return { problem: "has no id or no status" };
  if (!Array.isArray(stages)) return { problem: "has no stages: ask Gate for it with expand=true" };
  return {
    id,
    status,
    startTime: numberOf(execution["startTime"]),
    trigger: isJsonObject(trigger) ? trigger : {},
    stages: stages.filter(isJsonObject).map((stage) => ({
      id: String(stage["id"] ?? ""),
      refId: String(stage["refId"] ?? ""),
      type: String(stage["type"] ?? ""),
      name: String(stage["name"] ?? stage["type"] ?? ""),
      status: String(stage["status"] ?? "NOT_STARTED"),
      requisites: Array.isArray(stage["requisiteStageRefIds"]) ? stage["requisiteStageRefIds"].map(String) : [],
      parentId: typeof stage["parentStageId"] === "string" ? stage["parentStageId"] : null,
      context: isJsonObject(stage["context"]) ? stage["context"] : {},
      outputs: isJsonObject(stage["outputs"]) ? stage["outputs"] : {},
      startTime: numberOf(stage["startTime"]),
      endTime: numberOf(stage["endTime"]),
    })),
    data: execution,
  };
}

/** Those that the pipeline's document has, without what the engine made of them. */
export function ownStages(run: RecordedRun): RecordedStage[] {
  return run.stages.filter(({ parentId }) => parentId === null);
}

/** The run as it was when a stage began: what ended later had not ended, and had given nothing. */
export function asOf(run: RecordedRun, stage: RecordedStage): ExecutionData {
  const then = stage.startTime;
  const stages = run.stages.map((each): StageData => {
    const over = each.id !== stage.id && (then === null || (each.endTime !== null && each.endTime <= then));
    const running = each.id === stage.id || (then !== null && each.startTime !== null && each.startTime <= then);
    return {
      id: each.id,
      refId: each.refId,
      type: each.type,
      name: each.name,
      status: over ? each.status : running ? "RUNNING" : "NOT_STARTED",
      requisiteStageRefIds: each.requisites,
      parentStageId: each.parentId,
      context: each.context,
      outputs: over ? each.outputs : {},
      startTime: running || over ? each.startTime : null,
      endTime: over ? each.endTime : null,
      tasks: [],
    };
  });
  return { ...run.data, id: run.id, trigger: run.trigger, status: "RUNNING", stages };
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
