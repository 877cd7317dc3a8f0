import { asInteger, at, isObject, textAt } from "../json.ts";
import { conditionsOf, groupKind, kindOf } from "../manifest.ts";
import { kstatusKinds } from "./kinds.ts";
import { current, failed, inProgress, refused } from "./result.ts";
import type { KstatusResult } from "./result.ts";

/**
 * What kstatus answers for a manifest as it is in the cluster. The order is kstatus's own: deletion, generation, the
 * conditions Reconciling and Stalled, the kind's rules, the condition Ready, else Current. An absent manifest (null) is
 * NotFound. Where kstatus gives an error, `status` is null.
 */
export function kstatus(manifest: unknown, now: number = Date.now()): KstatusResult {
  if (manifest === null || manifest === undefined)
    return { status: "NotFound", message: "Resource not found", conditions: [] };
  const malformed = malformedField(manifest);
  if (malformed !== undefined) return refused(malformed);
  if (textAt(manifest, "metadata", "deletionTimestamp") !== "")
    return { status: "Terminating", message: "Resource scheduled for deletion", conditions: [] };
  const generation = asInteger(at(manifest, "metadata", "generation"));
  const observed = asInteger(at(manifest, "status", "observedGeneration"));
  if (generation !== undefined && observed !== undefined && generation !== observed) {
    const kind = textAt(manifest, "kind");
    return inProgress(
      "LatestGenerationNotObserved",
      `${kind} generation is ${generation}, but latest observed generation is ${observed}`,
    );
  }
  for (const { type, status, reason, message } of conditionsOf(manifest)) {
    if (status !== "True") continue;
    if (type === "Reconciling") return inProgress(reason, message);
    if (type === "Stalled") return failed(reason, message);
  }
  const rule = kstatusKinds.get(groupKind(kindOf(manifest)));
  return rule === undefined ? byReadyCondition(manifest) : rule(manifest, now);
}

function byReadyCondition(manifest: unknown): KstatusResult {
  for (const { type, status, reason, message } of conditionsOf(manifest)) {
    if (type !== "Ready") continue;
    if (status === "True") return current("Resource is Ready");
    if (status === "False" || status === "Unknown") return inProgress(reason, message);
  }
  return current("Resource is current");
}

/** kstatus refuses an object whose generation, deletion time or conditions are not of their type. */
function malformedField(manifest: unknown): string | undefined {
  if (!isObject(manifest)) return "The manifest is not an object.";
  const wrong = (path: readonly string[], fits: (value: unknown) => boolean, type: string): string | undefined => {
    for (let length = 1; length < path.length; length += 1) {
      const parent = at(manifest, ...path.slice(0, length));
      if (parent !== undefined && !isObject(parent)) return `${path.slice(0, length).join(".")} is not an object`;
    }
    const value = at(manifest, ...path);
    return value === undefined || fits(value) ? undefined : `${path.join(".")} is not ${type}`;
  };
  const isText = (value: unknown): boolean => value === undefined || value === null || typeof value === "string";
  const areConditions = (value: unknown): boolean =>
    Array.isArray(value) &&
    value.every(
      (item) => isObject(item) && ["type", "status", "reason", "message"].every((field) => isText(item[field])),
    );
  const isInteger = (value: unknown): boolean => asInteger(value) !== undefined;
  return (
    wrong(["metadata", "deletionTimestamp"], isText, "a text") ??
    wrong(["metadata", "generation"], isInteger, "a whole number") ??
    wrong(["status", "observedGeneration"], isInteger, "a whole number") ??
    wrong(["status", "conditions"], areConditions, "a list of conditions")
  );
}
