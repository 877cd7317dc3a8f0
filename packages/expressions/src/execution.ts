import { evaluationError } from "./errors.ts";
import { fromJsNumber, long } from "./numbers.ts";
import { executionRecord, stageRecord, taskRecord } from "./records.ts";
import { triggerBean } from "./trigger-record.ts";
import { STATUS_TYPE, fromJson, list, mapGet } from "./values.ts";
import type { JavaBean, JavaEnum, JavaMap, Value } from "./values.ts";

/** One stage as Orca's JSON shows it; other fields are carried along. */
export type StageData = {
  readonly id: string;
  readonly refId: string;
  readonly name?: string;
  readonly type?: string;
  readonly status?: string;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly requisiteStageRefIds?: readonly string[];
  readonly parentStageId?: string | null;
  readonly syntheticStageOwner?: string | null;
  readonly startTime?: number | null;
  readonly endTime?: number | null;
  readonly [field: string]: unknown;
};

/** One execution as Orca's JSON shows it; other fields are carried along. */
export type ExecutionData = {
  readonly id?: string;
  readonly application?: string;
  readonly name?: string;
  readonly trigger?: Readonly<Record<string, unknown>>;
  readonly stages?: readonly StageData[];
  readonly templateVariables?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
};

const STATUSES = [
  "NOT_STARTED",
  "RUNNING",
  "PAUSED",
  "SUSPENDED",
  "SUCCEEDED",
  "FAILED_CONTINUE",
  "TERMINAL",
  "CANCELED",
  "REDIRECT",
  "STOPPED",
  "BUFFERED",
  "SKIPPED",
];

export function status(name: string): JavaEnum {
  return { kind: "enum", type: STATUS_TYPE, name, ordinal: Math.max(STATUSES.indexOf(name), 0) };
}

const STAGE_TEXTS = ["id", "refId", "name", "type", "parentStageId"];
const STAGE_TIMES = ["startTime", "endTime", "startTimeExpiry", "scheduledTime"];

/** The stages of one execution as values, each made once. */
export type ExecutionModel = {
  readonly data: ExecutionData;
  readonly bean: JavaBean;
  readonly stages: readonly StageData[];
  stageBean(stage: StageData): JavaBean;
  /** The key's value in the outputs of the stage itself and of its ancestors, nearest first; null if none has it. */
  outputOf(stage: StageData, key: string): Value;
  /** The stage's context: its own keys, then those outputs. */
  contextOf(stage: StageData): JavaMap;
};

export function createExecutionModel(
  data: ExecutionData,
  trigger: JavaMap,
  contexts: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
): ExecutionModel {
  const stages = data.stages ?? [];
  const beans = new Map<StageData, JavaBean>();
  const contextMaps = new Map<StageData, JavaMap>();
  const outputs = new Map<StageData, JavaMap>();
  const lineage = new Map<StageData, readonly StageData[]>();

  const outputsOf = (stage: StageData): JavaMap => {
    const known = outputs.get(stage) ?? (fromJson({ ...stage.outputs }) as JavaMap);
    outputs.set(stage, known);
    return known;
  };
  const outputOf = (stage: StageData, key: string): Value => {
    const line = lineage.get(stage) ?? [stage, ...ancestors(stage, stages, new Set())];
    lineage.set(stage, line);
    const holder = line.find((one) => one.outputs !== undefined && Object.hasOwn(one.outputs, key));
    return holder === undefined ? null : mapGet(outputsOf(holder), key);
  };
  const plainContext = (stage: StageData) => contexts.get(stage.id) ?? stage.context ?? {};
  const contextOf = (stage: StageData): JavaMap => {
    const known = contextMaps.get(stage);
    if (known !== undefined) return known;
    const source = plainContext(stage);
    const made: JavaMap = { kind: "map", fixed: false, source, entries: null, fallback: (key) => outputOf(stage, key) };
    contextMaps.set(stage, made);
    return made;
  };
  const stageBean = (stage: StageData): JavaBean => {
    const known = beans.get(stage);
    if (known !== undefined) return known;
    const values = new Map<string, Value>();
    const made: JavaBean = {
      kind: "bean",
      type: "com.netflix.spinnaker.orca.pipeline.model.StageExecutionImpl",
      json: (nulls) => stageRecord(stage, plainContext(stage), nulls),
      property: memoized(values, (name) => stageProperty(stage, name)),
    };
    beans.set(stage, made);
    return made;
  };
  const stageProperty = (stage: StageData, name: string): Value | undefined => {
    if (STAGE_TEXTS.includes(name)) return fromJson(stage[name]);
    if (STAGE_TIMES.includes(name)) return toLong(stage[name]);
    switch (name) {
      case "status":
        return status(String(stage.status ?? "NOT_STARTED"));
      case "context":
        return contextOf(stage);
      case "outputs":
        return outputsOf(stage);
      case "tasks": {
        const tasks = stage["tasks"] ?? [];
        return fromJson(Array.isArray(tasks) ? tasks.map((task) => taskRecord(task, false)) : tasks);
      }
      case "requisiteStageRefIds":
        return fromJson(stage.requisiteStageRefIds ?? []);
      case "execution":
        return bean;
      case "ancestors":
        return list([stage, ...ancestors(stage, stages, new Set())].map(stageBean));
      case "directAncestors":
        return list([stage, ...ancestors(stage, stages, new Set(), true)].map(stageBean));
      case "directChildren":
        return list(stages.filter((one) => one.parentStageId === stage.id).map(stageBean));
      case "downstreamStages":
        return list(stages.filter((one) => (one.requisiteStageRefIds ?? []).includes(stage.refId)).map(stageBean));
      case "hasSucceeded":
        return stage.status === "SUCCEEDED";
      case "hasFailed":
        return stage.status === "TERMINAL";
      case "manualJudgmentType":
        return stage.type === "manualJudgment";
      case "continuePipelineOnFailure":
        return flagOf(stage, "continuePipelineOnFailure");
      case "allowSiblingStagesToContinueOnFailure":
        return flagOf(stage, "allowSiblingStagesToContinueOnFailure");
      case "additionalMetricTags":
        return fromJson(stage["additionalMetricTags"]);
      case "join":
        return (stage.requisiteStageRefIds ?? []).length > 1;
      case "parent": {
        const parent = stages.find((one) => one.id === stage.parentStageId);
        return parent === undefined ? null : stageBean(parent);
      }
      case "topLevelStage":
        return stageBean(topLevel(stage, stages));
      default:
        return undefined;
    }
  };
  const triggerRecord = triggerBean(trigger, data.trigger ?? {});
  const values = new Map<string, Value>();
  const bean: JavaBean = {
    kind: "bean",
    type: EXECUTION_TYPE,
    json: (nulls) => executionRecord(data, plainContext, nulls),
    find: (method, key) => {
      if (method === "namedStage") {
        // Named by its type, in spite of what it is called.
        const typed = stages.find((one) => one.type === key);
        return typed === undefined ? null : stageBean(typed);
      }
      if (method !== "stageById" && method !== "stageByRef") return undefined;
      const found = stages.find((one) => (method === "stageById" ? one.id : one.refId) === key);
      if (found === undefined) throw evaluationError(`There is no stage '${key}' in execution ${data.id ?? ""}`);
      return stageBean(found);
    },
    property: memoized(values, (name) => {
      if (name === "stages") return list(stages.map(stageBean));
      if (name === "trigger") return triggerRecord;
      if (name === "context") return mergedOutputs(stages);
      return executionProperty(data, name);
    }),
  };
  return { data, bean, stages, stageBean, outputOf, contextOf };
}

const flagOf = (stage: StageData, key: string): boolean => stage.context?.[key] === true;

/** The outputs of all stages in one map: of equal keys the later stage's counts, but lists are joined without doubles. */
function mergedOutputs(stages: readonly StageData[]): Value {
  const merged = new Map<string, unknown>();
  for (const [key, value] of stages.flatMap((stage) => Object.entries(stage.outputs ?? {}))) {
    const known = merged.get(key);
    const joined = Array.isArray(known) && Array.isArray(value) ? [...new Set([...known, ...value])] : value;
    merged.set(key, joined);
  }
  return fromJson(Object.fromEntries(merged));
}

export const EXECUTION_TYPE = "com.netflix.spinnaker.orca.pipeline.model.PipelineExecutionImpl";
const EXECUTION_TEXTS = [
  "id",
  "name",
  "application",
  "origin",
  "description",
  "pipelineConfigId",
  "canceledBy",
  "cancellationReason",
  "spelEvaluator",
  "partition",
];
const EXECUTION_TIMES = ["buildTime", "startTime", "endTime", "startTimeExpiry"];
const EXECUTION_FLAGS = ["canceled", "limitConcurrent", "keepWaitingPipelines"];
const EXECUTION_MAPS = ["templateVariables", "initialConfig", "authentication", "paused"];
const EXECUTION_LISTS = ["notifications", "systemNotifications"];

function executionProperty(data: ExecutionData, name: string): Value | undefined {
  if (EXECUTION_TEXTS.includes(name)) return fromJson(data[name]);
  if (EXECUTION_TIMES.includes(name)) return toLong(data[name]);
  if (EXECUTION_FLAGS.includes(name)) return data[name] === true;
  if (EXECUTION_MAPS.includes(name)) return fromJson(data[name] ?? (name === "initialConfig" ? {} : null));
  if (EXECUTION_LISTS.includes(name)) {
    const given = fromJson(data[name] ?? []);
    const isList = given !== null && typeof given === "object" && given.kind === "list";
    return isList ? { ...given, unprintable: true } : given;
  }
  if (name === "status") return status(String(data["status"] ?? "NOT_STARTED"));
  return name === "maxConcurrentExecutions" ? fromJson(data[name] ?? 0) : undefined;
}

function memoized(
  values: Map<string, Value>,
  compute: (name: string) => Value | undefined,
): (name: string) => Value | undefined {
  return (name) => {
    const known = values.get(name);
    if (known !== undefined) return known;
    const value = compute(name);
    if (value !== undefined) values.set(name, value);
    return value;
  };
}

function toLong(value: unknown): Value {
  if (typeof value !== "number" && typeof value !== "bigint") return null;
  const number = fromJsNumber(value);
  return typeof number.value === "bigint" || number.kind === "int" ? long(BigInt(number.value)) : null;
}

/**
 * The stages before this one: required stages with their synthetic ones first, then what comes before those; of a stage without
 * requisites its parent, with the stages before that one's tasks where it comes after them. `direct` follows parents only.
 */
function ancestors(stage: StageData, stages: readonly StageData[], visited: Set<string>, direct = false): StageData[] {
  visited.add(stage.refId);
  const required = stage.requisiteStageRefIds ?? [];
  if (!direct && required.length > 0) {
    const previous = stages.filter((one) => required.includes(one.refId) && !visited.has(one.refId));
    const ids = new Set(previous.map((one) => one.id));
    const synthetic = stages.filter((one) => typeof one.parentStageId === "string" && ids.has(one.parentStageId));
    return [...previous, ...synthetic, ...previous.flatMap((one) => ancestors(one, stages, visited))];
  }
  const parent = stages.find((one) => one.id === stage.parentStageId);
  if (parent === undefined || visited.has(parent.refId)) return [];
  const before =
    stage.syntheticStageOwner === "STAGE_AFTER"
      ? stages.filter((one) => one.parentStageId === parent.id && one.syntheticStageOwner === "STAGE_BEFORE")
      : [];
  return [...before, parent, ...ancestors(parent, stages, visited, direct)];
}

function topLevel(stage: StageData, stages: readonly StageData[]): StageData {
  let current = stage;
  for (let hops = 0; hops < stages.length; hops += 1) {
    const parent = stages.find((one) => one.id === current.parentStageId);
    if (parent === undefined) return current;
    current = parent;
  }
  return current;
}
