import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { annotation } from "./annotations.ts";
import { kindOf } from "./kinds.ts";
import { annotationsOf, equalJson, fullNameOf, metadataOf, specOf, textsIn, uidOf } from "./manifest.ts";

/** An earlier state of a workload: a replicaSet of a deployment, a controllerRevision of the others. */
export type Revision = { number: number; object: JsonObject };

export class RolloutError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "RolloutError";
  }
}

/** The kind whose objects hold the revisions of a workload. */
export const historyKind = (workload: string): "replicaSet" | "controllerRevision" =>
  workload === "deployment" ? "replicaSet" : "controllerRevision";

/** The revisions of a workload among objects of its history kind, oldest first. */
export function revisionsOf(workload: JsonObject, objects: readonly JsonObject[]): Revision[] {
  return objects
    .filter((object) => ownedBy(object, uidOf(workload)))
    .map((object) => ({ number: revisionNumber(object), object }))
    .filter(({ number }) => number > 0)
    .toSorted((a, b) => a.number - b.number);
}

/** The revision meant: by its number, or so many before the newest. */
export function chooseRevision(
  revisions: readonly Revision[],
  wanted: { revision?: number; numRevisionsBack?: number },
): Revision {
  const { revision, numRevisionsBack } = wanted;
  if (numRevisionsBack !== undefined) {
    const found = revisions[revisions.length - 1 - numRevisionsBack];
    if (numRevisionsBack >= 0 && found !== undefined) return found;
    throw new RolloutError(
      `There are ${revisions.length} revisions in all, so it cannot be rolled back by ${numRevisionsBack}. Choose fewer, or deploy the older manifest.`,
    );
  }
  if (revision === undefined) throw new RolloutError("The stage says neither numRevisionsBack nor revision.");
  const found = revisions.find(({ number }) => number === revision);
  if (found !== undefined) return found;
  const known = revisions.map(({ number }) => number).join(", ") || "none";
  throw new RolloutError(`There is no revision ${revision}. There are: ${known}.`);
}

/** Annotations of a deployment that a rollback leaves as they are. */
const own: ReadonlySet<string> = new Set([
  annotation.lastApplied,
  annotation.deploymentRevision,
  "deployment.kubernetes.io/revision-history",
  "deployment.kubernetes.io/desired-replicas",
  "deployment.kubernetes.io/max-replicas",
  "deprecated.deployment.rollback.to",
]);

/** The patch that brings a revision back, as `kubectl rollout undo` makes it; null when the workload has it already. */
export function undoPatch(
  workload: JsonObject,
  { object, number }: Revision,
): { patch: JsonObject | JsonObject[]; type: "json" | "strategic" } | null {
  if (kindOf(workload) !== "deployment") {
    const data = object["data"];
    if (!isJsonObject(data)) throw new RolloutError(`Revision ${number} of ${fullNameOf(workload)} holds no template.`);
    return { patch: data, type: "strategic" };
  }
  if (specOf(workload)["paused"] === true)
    throw new RolloutError(`${fullNameOf(workload)} is paused. Resume its rollout before undoing it.`);
  const template = structuredClone(specOf(object)["template"]);
  if (!isJsonObject(template))
    throw new RolloutError(`Revision ${number} of ${fullNameOf(workload)} holds no template.`);
  const labels = metadataOf(template)["labels"];
  if (isJsonObject(labels)) delete labels["pod-template-hash"];
  if (equalJson(template, specOf(workload)["template"] as Json)) return null;
  const kept = Object.entries(annotationsOf(workload)).filter(([key]) => own.has(key));
  const back = Object.entries(annotationsOf(object)).filter(([key]) => !own.has(key));
  return {
    type: "json",
    patch: [
      { op: "replace", path: "/spec/template", value: template },
      { op: "add", path: "/metadata/annotations", value: Object.fromEntries([...back, ...kept]) },
    ],
  };
}

/** The patch that replaces every pod one by one. The same time twice restarts once. */
export function restartPatch(workload: JsonObject, time: string): JsonObject {
  if (specOf(workload)["paused"] === true)
    throw new RolloutError(`${fullNameOf(workload)} is paused. Resume its rollout before restarting it.`);
  return { spec: { template: { metadata: { annotations: { [annotation.restartedAt]: time } } } } };
}

/** The patch that pauses or resumes a rollout. Only deployments can be paused. */
export function pausePatch(workload: JsonObject, paused: boolean): JsonObject {
  if (kindOf(workload) !== "deployment")
    throw new RolloutError(
      `The rollout of ${fullNameOf(workload)} cannot be ${paused ? "paused" : "resumed"}: only a deployment's can.`,
    );
  return { spec: { paused } };
}

function ownedBy(object: JsonObject, uid: string): boolean {
  const owners = metadataOf(object)["ownerReferences"];
  return uid !== "" && Array.isArray(owners) && owners.some((owner) => isJsonObject(owner) && owner["uid"] === uid);
}

function revisionNumber(object: JsonObject): number {
  if (kindOf(object) !== "replicaSet") return typeof object["revision"] === "number" ? object["revision"] : 0;
  const text = textsIn(metadataOf(object)["annotations"])[annotation.deploymentRevision] ?? "";
  return /^\d{1,15}$/.test(text) ? Number(text) : 0;
}
