import { artifactRecord, expectationRecord } from "./artifacts.ts";
import { createExecutionModel } from "./execution.ts";
import type { ExecutionData, ExecutionModel } from "./execution.ts";
import { entriesOf, fromJson, isNumber, itemsOf, mapGet } from "./values.ts";
import type { JavaMap, Value } from "./values.ts";

type Json = Readonly<Record<string, unknown>>;

/** What every trigger shows even if the JSON leaves it out. */
const TRIGGER_DEFAULTS: Json = {
  type: "none",
  user: "[anonymous]",
  parameters: {},
  artifacts: [],
  notifications: [],
  rebake: false,
  dryRun: false,
  strategy: false,
  resolvedExpectedArtifacts: [],
};

export type Root = {
  readonly root: JavaMap;
  readonly execution: ExecutionModel | null;
  readonly currentStageId: string | null;
};

const asMap = (json: Json): JavaMap => ({ kind: "map", fixed: false, fallback: null, source: json, entries: null });

/**
 * What bare names are read from: the stage's context, over it `execution`, `trigger` and (with version 4 of the evaluator) template variables, `parameters`
 * and `scmInfo` taken from the trigger, and below it the outputs of the stage and its ancestors, nearest first.
 */
export function createRoot(
  context: Json,
  data: ExecutionData | undefined,
  currentStageRefId: string | undefined,
): Root {
  if (data === undefined) {
    const root = asMap({ ...context });
    addDerived(root);
    return { root, execution: null, currentStageId: null };
  }
  const trigger = asMap(triggerOf(data.trigger));
  const typed = asMap(typedTrigger(data.trigger));
  const current = (data.stages ?? []).find((stage) => stage.refId === currentStageRefId);
  const contexts = new Map(current === undefined ? [] : [[current.id, context]]);
  const execution = createExecutionModel(data, typed, contexts);
  const root: JavaMap = {
    ...asMap({ ...context }),
    fallback: current === undefined ? null : (key) => execution.outputOf(current, key),
  };
  const entries = entriesOf(root);
  entries.set("execution", execution.bean);
  entries.set("trigger", trigger);
  const variables = data.templateVariables;
  const late = String(data["spelEvaluator"] ?? "").toLowerCase() === "v4";
  if (late && variables !== undefined && variables !== null && Object.keys(variables).length > 0) {
    entries.set("templateVariables", fromJson(variables));
  }
  addDerived(root);
  return { root, execution, currentStageId: current?.id ?? null };
}

/** The trigger as the engine shows it under its own name: as received, with defaults filled in. */
function triggerOf(given: Json | undefined): Json {
  const present = Object.entries(given ?? {}).filter(([key, value]) => value !== null || !(key in TRIGGER_DEFAULTS));
  return { ...TRIGGER_DEFAULTS, ...Object.fromEntries(present) };
}

/** The trigger as `execution.trigger` reads it: artifacts in their full form. */
function typedTrigger(given: Json | undefined): Json {
  const trigger = triggerOf(given);
  return {
    ...trigger,
    artifacts: each(trigger["artifacts"], (artifact) => artifactRecord(artifact, false)),
    resolvedExpectedArtifacts: each(trigger["resolvedExpectedArtifacts"], (one) => expectationRecord(one, false)),
  };
}

const each = (list: unknown, change: (item: unknown) => unknown): unknown =>
  Array.isArray(list) ? list.map((item: unknown) => change(item)) : list;

const isMap = (value: Value): value is JavaMap =>
  value !== null && typeof value === "object" && !isNumber(value) && value.kind === "map";

function addDerived(root: JavaMap): void {
  const entries = entriesOf(root);
  const trigger = entries.get("trigger") ?? null;
  const parameters = isMap(trigger) ? mapGet(trigger, "parameters") : null;
  if (isMap(parameters) && entriesOf(parameters).size > 0) entries.set("parameters", parameters);
  else if (!entries.has("parameters")) entries.set("parameters", asMap({}));
  entries.set("scmInfo", sourceControl(mapGet(root, "scmInfo"), trigger));
}

/** Of several sources the first whose branch is neither master nor develop, else the first. */
function sourceControl(own: Value, trigger: Value): Value {
  const buildInfo = isMap(trigger) ? mapGet(trigger, "buildInfo") : null;
  const found = own ?? (isMap(buildInfo) ? mapGet(buildInfo, "scm") : null);
  if (found === null || typeof found !== "object" || found.kind !== "list") return found;
  const sources = itemsOf(found);
  const branch = (source: Value): Value => (isMap(source) ? mapGet(source, "branch") : null);
  return sources.find((source) => branch(source) !== "master" && branch(source) !== "develop") ?? sources[0] ?? found;
}
