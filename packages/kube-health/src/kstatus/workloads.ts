import { asInteger, at, countAt, integerAt, textAt } from "../json.ts";
import { conditionsOf } from "../manifest.ts";
import { current, failed, inProgress } from "./result.ts";
import type { KstatusResult } from "./result.ts";

/** The controller treats this value as "no deadline". */
const noDeadline = 2 ** 31 - 1;

export function deployment(manifest: unknown): KstatusResult {
  const deadline = integerAt(manifest, "spec", "progressDeadlineSeconds") ?? noDeadline;
  let progressed = deadline === noDeadline;
  let available = false;
  for (const { type, status, reason, message } of conditionsOf(manifest)) {
    if (type === "Progressing") {
      if (reason === "ProgressDeadlineExceeded") return failed(reason, "Progress deadline exceeded", message);
      if (status === "True" && reason === "NewReplicaSetAvailable") progressed = true;
    }
    if (type === "Available" && status === "True") available = true;
  }
  const wanted = integerAt(manifest, "spec", "replicas") ?? 1;
  const all = countAt(manifest, "status", "replicas");
  const updated = countAt(manifest, "status", "updatedReplicas");
  const ready = countAt(manifest, "status", "readyReplicas");
  const availableReplicas = countAt(manifest, "status", "availableReplicas");
  if (wanted > all) return inProgress("LessReplicas", `Replicas: ${all}/${wanted}`);
  if (wanted > updated) return inProgress("LessUpdated", `Updated: ${updated}/${wanted}`);
  if (all > wanted) return inProgress("ExtraPods", `Pending termination: ${all - wanted}`);
  if (updated > availableReplicas) return inProgress("LessAvailable", `Available: ${availableReplicas}/${updated}`);
  if (wanted > ready) return inProgress("LessReady", `Ready: ${ready}/${wanted}`);
  if (!progressed) return inProgress("ReplicaSetNotAvailable", "ReplicaSet not Available");
  if (!available) return inProgress("DeploymentNotAvailable", "Deployment not Available");
  return current(`Deployment is available. Replicas: ${all}`);
}

export function replicaSet(manifest: unknown): KstatusResult {
  if (conditionsOf(manifest).some(({ type, status }) => type === "ReplicaFailure" && status === "True"))
    return inProgress("ReplicaFailure", "Replica Failure condition. Check Pods");
  const wanted = integerAt(manifest, "spec", "replicas") ?? 1;
  const all = countAt(manifest, "status", "replicas");
  const ready = countAt(manifest, "status", "readyReplicas");
  const available = countAt(manifest, "status", "availableReplicas");
  const labelled = countAt(manifest, "status", "fullyLabeledReplicas");
  if (wanted > labelled) return inProgress("LessLabelled", `Labelled: ${labelled}/${wanted}`);
  if (wanted > available) return inProgress("LessAvailable", `Available: ${available}/${wanted}`);
  if (wanted > ready) return inProgress("LessReady", `Ready: ${ready}/${wanted}`);
  if (all > wanted) return inProgress("ExtraPods", `Pending termination: ${all - wanted}`);
  return current(`ReplicaSet is available. Replicas: ${all}`);
}

export function statefulSet(manifest: unknown): KstatusResult {
  if (textAt(manifest, "spec", "updateStrategy", "type") === "OnDelete")
    return current("StatefulSet is using the ondelete update strategy");
  const wanted = integerAt(manifest, "spec", "replicas") ?? 1;
  const ready = countAt(manifest, "status", "readyReplicas");
  const atCurrent = countAt(manifest, "status", "currentReplicas");
  const updated = countAt(manifest, "status", "updatedReplicas");
  const all = countAt(manifest, "status", "replicas");
  const partition = integerAt(manifest, "spec", "updateStrategy", "rollingUpdate", "partition") ?? -1;
  if (wanted > all) return inProgress("LessReplicas", `Replicas: ${all}/${wanted}`);
  if (wanted > ready) return inProgress("LessReady", `Ready: ${ready}/${wanted}`);
  if (all > wanted) return inProgress("ExtraPods", `Pending termination: ${all - wanted}`);
  if (partition !== -1) {
    if (updated < wanted - partition)
      return inProgress("PartitionRollout", `updated: ${updated}/${wanted - partition}`);
    return current(`Partition rollout complete. updated: ${updated}`);
  }
  if (wanted > atCurrent) return inProgress("LessCurrent", `current: ${atCurrent}/${wanted}`);
  if (textAt(manifest, "status", "currentRevision") !== textAt(manifest, "status", "updateRevision"))
    return inProgress("RevisionMismatch", "Waiting for updated revision to match current");
  return current(`All replicas scheduled as expected. Replicas: ${all}`);
}

/** A DaemonSet that no controller has seen is in progress: both generations must be there. */
export function daemonSet(manifest: unknown): KstatusResult {
  const kind = textAt(manifest, "kind");
  if (asInteger(at(manifest, "metadata", "generation")) === undefined)
    return inProgress("NoGeneration", `${kind} metadata.generation not found`);
  if (asInteger(at(manifest, "status", "observedGeneration")) === undefined)
    return inProgress("NoObservedGeneration", `${kind} status.observedGeneration not found`);
  const wanted = integerAt(manifest, "status", "desiredNumberScheduled") ?? -1;
  const scheduled = countAt(manifest, "status", "currentNumberScheduled");
  const updated = countAt(manifest, "status", "updatedNumberScheduled");
  const available = countAt(manifest, "status", "numberAvailable");
  const ready = countAt(manifest, "status", "numberReady");
  if (wanted === -1) return inProgress("NoDesiredNumber", "Missing .status.desiredNumberScheduled");
  if (wanted > scheduled) return inProgress("LessCurrent", `Current: ${scheduled}/${wanted}`);
  if (wanted > updated) return inProgress("LessUpdated", `Updated: ${updated}/${wanted}`);
  if (wanted > available) return inProgress("LessAvailable", `Available: ${available}/${wanted}`);
  if (wanted > ready) return inProgress("LessReady", `Ready: ${ready}/${wanted}`);
  return current(`All replicas scheduled as expected. Replicas: ${wanted}`);
}
