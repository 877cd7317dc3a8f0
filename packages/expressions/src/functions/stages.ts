import { evaluationError } from "../errors.ts";
import type { ExecutionModel, StageData } from "../execution.ts";
import { artifactBean } from "../artifacts.ts";
import { methodTable } from "../overload.ts";
import type { Session } from "../session.ts";
import { entriesOf, fromJson, list, map, mapGet } from "../values.ts";
import type { MapKey, Value } from "../values.ts";

/** The execution that the engine puts in as the first argument. */
export function executionArg(args: readonly Value[], session: Session): ExecutionModel {
  const given = args[0] ?? null;
  const model = session.execution;
  if (model === null || given !== model.bean)
    throw evaluationError("This function needs a running execution, and there is none");
  return model;
}

function text(args: readonly Value[], index: number): string | null {
  const value = args[index] ?? null;
  return typeof value === "string" ? value : null;
}

const named =
  (name: string | null) =>
  (stage: StageData): boolean =>
    name !== null && (stage.name === name || stage.id === name);

function found(stage: StageData | undefined, model: ExecutionModel, message: string): Value {
  if (stage === undefined) throw evaluationError(`${message} in execution ${model.data.id ?? "without id"}`);
  return model.stageBean(stage);
}

function judgment(args: readonly Value[], session: Session): Value {
  const model = executionArg(args, session);
  const name = text(args, 1);
  const judged = model.stages.find(
    (stage) =>
      stage.name === name &&
      stage.type === "manualJudgment" &&
      mapGet(model.contextOf(stage), "judgmentInput") !== null,
  );
  if (judged === undefined) throw evaluationError(`There is no manual judgment stage '${name}' with a judgment input`);
  return mapGet(model.contextOf(judged), "judgmentInput");
}

const DEPLOYING = new Set(["deploy", "createServerGroup", "cloneServerGroup", "rollingPush"]);

/** One entry per succeeded deploying stage: account, capacity, region, server group and what was deployed. */
function deployedServerGroups(args: readonly Value[], session: Session): Value {
  const model = executionArg(args, session);
  const wanted = args.slice(1).flatMap((arg) => (typeof arg === "string" ? [arg] : []));
  const stages = model.stages.filter(
    (stage) =>
      DEPLOYING.has(stage.type ?? "") &&
      stage.status === "SUCCEEDED" &&
      entriesOf(model.contextOf(stage)).has("deploy.server.groups") &&
      (wanted.length === 0 || wanted.includes(stage.name ?? "") || wanted.includes(stage.id)),
  );
  return { ...list(stages.flatMap((stage) => deployment(model, stage))), unprintable: true };
}

function deployment(model: ExecutionModel, stage: StageData): Value[] {
  const context = model.contextOf(stage);
  const region = mapGet(context, "region") ?? firstKey(mapGet(context, "availabilityZones"));
  if (typeof region !== "string") return [];
  const entries = new Map<MapKey, Value>();
  for (const key of ["account", "capacity", "parentStage"]) entries.set(key, mapGet(context, key));
  entries.set("region", region);
  for (const detail of elementsOf(mapGet(context, "deploymentDetails"))) {
    if (field(detail, "region") !== region) continue;
    for (const [key, value] of isMap(detail) ? entriesOf(detail) : []) entries.set(key, value);
  }
  const groups = elementsOf(field(mapGet(context, "deploy.server.groups"), region));
  if (groups[0] !== undefined) entries.set("serverGroup", groups[0]);
  const deployments = elementsOf(mapGet(context, "kato.tasks"))
    .flatMap((task) => elementsOf(field(task, "resultObjects")))
    .flatMap((result) => elementsOf(field(result, "deployments")));
  entries.set("deployments", list(deployments));
  return [map(entries)];
}

const isMap = (value: Value): value is Extract<Value, { kind: "map" }> =>
  value !== null && typeof value === "object" && value.kind === "map";
const field = (value: Value, key: string): Value => (isMap(value) ? mapGet(value, key) : null);

function elementsOf(value: Value): readonly Value[] {
  if (value === null || typeof value !== "object" || value.kind !== "list") return [];
  return value.items ?? (value.source ?? []).map(fromJson);
}

function firstKey(value: Value): Value {
  const key = isMap(value) ? entriesOf(value).keys().next().value : undefined;
  return typeof key === "string" ? key : null;
}

function manifestLabel(args: readonly Value[], session: Session): Value {
  const model = executionArg(args, session);
  const [stageName, kind, label] = [text(args, 1), text(args, 2), text(args, 3)];
  if (kind !== "Deployment" && kind !== "ReplicaSet")
    throw evaluationError("Only the kinds Deployment and ReplicaSet have such labels");
  if (label === null) throw evaluationError("The label's key is missing");
  const stage = model.stages.find(
    (one) => one.name === stageName && one.type === "deployManifest" && one.status === "SUCCEEDED",
  );
  if (stage === undefined) throw evaluationError(`There is no succeeded deployManifest stage '${stageName}'`);
  const manifest = elementsOf(mapGet(model.contextOf(stage), "outputs.manifests")).find(
    (one) => field(one, "kind") === kind,
  );
  if (manifest === undefined) throw evaluationError(`The stage '${stageName}' has no manifest of kind ${kind}`);
  const labels = ["spec", "template", "metadata", "labels"].reduce<Value>(field, manifest);
  if (!isMap(labels) || !entriesOf(labels).has(label))
    throw evaluationError(`The manifest's pods have no label '${label}'`);
  return mapGet(labels, label);
}

function boundArtifacts(model: ExecutionModel, session: Session): Value[] {
  const trigger = mapGet(session.root, "trigger") ?? model.bean.property("trigger") ?? null;
  return elementsOf(field(trigger, "resolvedExpectedArtifacts"))
    .map((expected) => field(expected, "boundArtifact"))
    .filter((artifact) => artifact !== null)
    .map((artifact) => artifactBean(artifact, session.budget));
}

function producedArtifacts(model: ExecutionModel): Value[] {
  return model.stages.flatMap((stage) =>
    elementsOf(field(model.stageBean(stage).property("outputs") ?? null, "artifacts")),
  );
}

function artifactBy(key: string, args: readonly Value[], session: Session): Value {
  const model = executionArg(args, session);
  const wanted = text(args, 1);
  const artifact = boundArtifacts(model, session).find(
    (one) => one !== null && typeof one === "object" && one.kind === "bean" && one.property(key) === wanted,
  );
  if (artifact === undefined) throw evaluationError(`The trigger has no resolved artifact of ${key} '${wanted}'`);
  return artifact;
}

/** Functions about the running execution, which the engine inserts as their first argument. */
export const STAGE_FUNCTIONS = methodTable({
  "currentStage(Object)": (_self, args, session) => {
    const model = executionArg(args, session);
    return found(
      model.stages.find((stage) => stage.id === session.currentStageId),
      model,
      "There is no current stage",
    );
  },
  "stage(Object,String)": (_self, args, session) => {
    const model = executionArg(args, session);
    return found(model.stages.find(named(text(args, 1))), model, `There is no stage '${text(args, 1)}'`);
  },
  "stageByRefId(Object,String)": (_self, args, session) => {
    const model = executionArg(args, session);
    const refId = text(args, 1);
    return found(
      model.stages.find((stage) => stage.refId === refId),
      model,
      `There is no stage with the refId '${refId}'`,
    );
  },
  "stageExists(Object,String)": (_self, args, session) => executionArg(args, session).stages.some(named(text(args, 1))),
  "judgment(Object,String)": (_self, args, session) => judgment(args, session),
  "judgement(Object,String)": (_self, args, session) => judgment(args, session),
  "deployedServerGroups(Object,String...)": (_self, args, session) => deployedServerGroups(args, session),
  "manifestLabelValue(Object,String,String,String)": (_self, args, session) => manifestLabel(args, session),
  "triggerResolvedArtifact(Object,String)": (_self, args, session) => artifactBy("name", args, session),
  "triggerResolvedArtifactByType(Object,String)": (_self, args, session) => artifactBy("type", args, session),
  "resolvedArtifacts(Object)": (_self, args, session) => list(producedArtifacts(executionArg(args, session))),
});
