import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { buildTopology } from "./topology.ts";
import type { Execution, Limits, Owner, Stage } from "./model.ts";

export type NewStage = {
  id: string;
  refId: string;
  type: string;
  name: string;
  requisites: readonly string[];
  source: JsonObject;
  parentId: string | null;
  owner: Owner | null;
  onFailure?: boolean;
};

export function newStage(input: NewStage): Stage {
  return {
    ...input,
    onFailure: input.onFailure ?? false,
    status: "NOT_STARTED",
    startTime: null,
    endTime: null,
    pausedBefore: 0,
    attempt: 1,
    context: input.source,
    outputs: {},
    open: null,
    unresolved: [],
    tasks: [],
    failure: null,
    activity: null,
    ending: null,
    afterPlanned: false,
    onFailurePlanned: false,
    planningFailed: false,
    awaits: null,
  };
}

/** RefIds are strings, or numbers in older files; anything else counts as absent. */
function refIdOf(value: Json | undefined): string | null {
  return typeof value === "string" || typeof value === "number" ? String(value) : null;
}

function textOf(value: Json | undefined, otherwise: string): string {
  return typeof value === "string" && value !== "" ? value : otherwise;
}

function requisitesOf(value: Json | undefined): string[] {
  if (!Array.isArray(value)) return [];
  return value.map(refIdOf).filter((refId): refId is string => refId !== null);
}

/** Keys that describe the stage's place in the graph; the rest of the document is its context. */
const graphKeys: ReadonlySet<string> = new Set(["refId", "requisiteStageRefIds", "type", "name"]);

/** Who patched a stage and what he may: only the engine writes that, no document and no expression, or judgements could be forged. */
export const patchedByKeys: ReadonlySet<string> = new Set(["lastModifiedBy", "lastModifiedRoles"]);

function contextOf(document: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(document).filter(([key]) => !graphKeys.has(key) && !patchedByKeys.has(key)));
}

/** Stages of a pipeline document. A pipeline in which no stage has a refId runs in the order of its list, refIds 0, 1, 2 … */
export function stagesOf(documents: readonly JsonObject[], newId: () => string): Stage[] {
  const linear = documents.every((document) => refIdOf(document["refId"]) === null);
  return documents.map((document, index) => {
    const type = textOf(document["type"], "unknown");
    return newStage({
      id: newId(),
      refId: linear ? String(index) : (refIdOf(document["refId"]) ?? `unnamed-${index}`),
      type,
      name: textOf(document["name"], type),
      requisites: linear ? (index === 0 ? [] : [String(index - 1)]) : requisitesOf(document["requisiteStageRefIds"]),
      source: contextOf(document),
      parentId: null,
      owner: null,
    });
  });
}

export type NewExecution = {
  id: string;
  type: "PIPELINE" | "ORCHESTRATION";
  application: string;
  name: string;
  pipelineConfigId: string | null;
  stages: readonly JsonObject[];
  trigger: JsonObject;
  initialConfig: JsonObject;
  user: string;
  startKey?: string | null;
  parentExecution: { executionId: string; stageId: string } | null;
  limits: Limits;
  timeoutMs?: number | null;
  depth?: number;
};

/** Header fields that rows written by an older version do not have. */
export const laterHeaderFields = { pendingRestart: null, timeoutMs: null, limit: null, depth: 0 } as const;

/** An execution that has not begun. */
export function newExecution(input: NewExecution, now: number, newId: () => string): Execution {
  const { stages: documents, ...header } = input;
  const stages = stagesOf(documents, newId);
  return {
    ...laterHeaderFields,
    ...header,
    timeoutMs: input.timeoutMs ?? null,
    startKey: input.startKey ?? null,
    status: "NOT_STARTED",
    buildTime: now,
    startTime: null,
    endTime: null,
    canceled: false,
    canceledBy: null,
    cancellationReason: null,
    paused: null,
    pausedMs: 0,
    halting: false,
    held: [],
    failure: null,
    stages: new Map(stages.map((stage) => [stage.id, stage])),
    topology: buildTopology(stages),
  };
}
