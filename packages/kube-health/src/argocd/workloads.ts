import { at, countAt, integerAt, textAt } from "../json.ts";
import { conditionsOf } from "../manifest.ts";
import { answer } from "./result.ts";
import type { ArgocdResult } from "./result.ts";

const waiting = "Waiting for rollout to finish:";

const generationAhead = (manifest: unknown): boolean =>
  countAt(manifest, "metadata", "generation") > countAt(manifest, "status", "observedGeneration");

export function deploymentHealth(manifest: unknown): ArgocdResult {
  if (at(manifest, "spec", "paused") === true) return answer("Suspended", "Deployment is paused");
  if (generationAhead(manifest))
    return answer("Progressing", `${waiting} observed deployment generation less than desired generation`);
  const progressing = conditionsOf(manifest).find(({ type }) => type === "Progressing");
  if (progressing?.reason === "ProgressDeadlineExceeded")
    return answer("Degraded", `Deployment "${textAt(manifest, "metadata", "name")}" exceeded its progress deadline`);
  const wanted = integerAt(manifest, "spec", "replicas");
  const all = countAt(manifest, "status", "replicas");
  const updated = countAt(manifest, "status", "updatedReplicas");
  const available = countAt(manifest, "status", "availableReplicas");
  if (wanted !== undefined && updated < wanted)
    return answer("Progressing", `${waiting} ${updated} out of ${wanted} new replicas have been updated...`);
  if (all > updated)
    return answer("Progressing", `${waiting} ${all - updated} old replicas are pending termination...`);
  if (available < updated)
    return answer("Progressing", `${waiting} ${available} of ${updated} updated replicas are available...`);
  return answer("Healthy");
}

export function replicaSetHealth(manifest: unknown): ArgocdResult {
  if (generationAhead(manifest))
    return answer("Progressing", `${waiting} observed replica set generation less than desired generation`);
  const failure = conditionsOf(manifest).find(({ type }) => type === "ReplicaFailure");
  if (failure?.status === "True") return answer("Degraded", failure.message);
  const wanted = integerAt(manifest, "spec", "replicas");
  const available = countAt(manifest, "status", "availableReplicas");
  if (wanted !== undefined && available < wanted)
    return answer("Progressing", `${waiting} ${available} out of ${wanted} new replicas are available...`);
  return answer("Healthy");
}

export function statefulSetHealth(manifest: unknown): ArgocdResult {
  if (countAt(manifest, "status", "observedGeneration") === 0 || generationAhead(manifest))
    return answer("Progressing", "Waiting for statefulset spec update to be observed...");
  const wanted = integerAt(manifest, "spec", "replicas");
  const ready = countAt(manifest, "status", "readyReplicas");
  const updated = countAt(manifest, "status", "updatedReplicas");
  if (wanted !== undefined && ready < wanted)
    return answer("Progressing", `Waiting for ${wanted - ready} pods to be ready...`);
  const strategy = textAt(manifest, "spec", "updateStrategy", "type");
  if (strategy === "RollingUpdate" && at(manifest, "spec", "updateStrategy", "rollingUpdate") !== undefined) {
    const partition = integerAt(manifest, "spec", "updateStrategy", "rollingUpdate", "partition");
    if (wanted !== undefined && partition !== undefined && updated < wanted - partition) {
      const counts = `${updated} out of ${wanted - partition} new pods have been updated...`;
      return answer("Progressing", `Waiting for partitioned roll out to finish: ${counts}`);
    }
    return answer("Healthy", `partitioned roll out complete: ${updated} new pods have been updated...`);
  }
  if (strategy === "OnDelete") return answer("Healthy", `statefulset has ${ready} ready pods`);
  const updateRevision = textAt(manifest, "status", "updateRevision");
  const currentRevision = textAt(manifest, "status", "currentRevision");
  if (updateRevision !== currentRevision) {
    const counts = `${updated} pods at revision ${updateRevision}...`;
    return answer("Progressing", `waiting for statefulset rolling update to complete ${counts}`);
  }
  const atCurrent = countAt(manifest, "status", "currentReplicas");
  return answer("Healthy", `statefulset rolling update complete ${atCurrent} pods at revision ${currentRevision}...`);
}

export function daemonSetHealth(manifest: unknown): ArgocdResult {
  if (generationAhead(manifest))
    return answer("Progressing", `${waiting} observed daemon set generation less than desired generation`);
  const wanted = countAt(manifest, "status", "desiredNumberScheduled");
  const updated = countAt(manifest, "status", "updatedNumberScheduled");
  const available = countAt(manifest, "status", "numberAvailable");
  if (textAt(manifest, "spec", "updateStrategy", "type") === "OnDelete")
    return answer("Healthy", `daemon set ${updated} out of ${wanted} new pods have been updated`);
  const rollout = `Waiting for daemon set "${textAt(manifest, "metadata", "name")}" rollout to finish:`;
  if (updated < wanted)
    return answer("Progressing", `${rollout} ${updated} out of ${wanted} new pods have been updated...`);
  if (available < wanted)
    return answer("Progressing", `${rollout} ${available} of ${wanted} updated pods are available...`);
  return answer("Healthy");
}
