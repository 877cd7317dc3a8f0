import { at, countAt, integerAt, textAt } from "../json.ts";
import { conditionsOf } from "../manifest.ts";
import { isReady } from "./pod-signs.ts";
import { podsOf, reference } from "./related.ts";
import { rolloutSigns, withSigns } from "./rollout-signs.ts";
import { verdictOf } from "./types.ts";
import type { Sign, Surroundings, Verdict } from "./types.ts";

const wantedReplicas = (manifest: unknown): number => integerAt(manifest, "spec", "replicas") ?? 1;

export function deployment(manifest: unknown, around: Surroundings): Verdict {
  return withSigns(deploymentCounts(manifest), rolloutSigns(manifest, around));
}

function deploymentCounts(manifest: unknown): Verdict {
  const conditions = conditionsOf(manifest);
  const progress = conditions.find(({ type }) => type === "Progressing");
  if (progress?.reason === "ProgressDeadlineExceeded") {
    const object = reference(manifest);
    const words = progress.message === "" ? "" : `: ${progress.message}`;
    const message = `The rollout did not end within its deadline${words}`;
    return verdictOf("failed", message, [{ code: "rollout.deadline", message, object, fatal: true }]);
  }
  if (at(manifest, "spec", "paused") === true) return verdictOf("paused", "The Deployment is paused");
  const wanted = wantedReplicas(manifest);
  const all = countAt(manifest, "status", "replicas");
  const updated = countAt(manifest, "status", "updatedReplicas");
  const ready = countAt(manifest, "status", "readyReplicas");
  const available = countAt(manifest, "status", "availableReplicas");
  if (updated < wanted) return verdictOf("progressing", `${updated} of ${wanted} replicas are updated`);
  if (all > updated) return verdictOf("progressing", `${all - updated} old replicas have not ended yet`);
  if (updated > wanted) return verdictOf("progressing", `${updated - wanted} replicas too many have not ended yet`);
  if (ready < wanted) return verdictOf("progressing", `${ready} of ${wanted} replicas are ready`);
  if (available < wanted) return verdictOf("progressing", `${available} of ${wanted} replicas are available`);
  const unavailable = conditions.find(({ type, status }) => type === "Available" && status === "False");
  if (unavailable !== undefined)
    return verdictOf("progressing", unavailable.message || "The Deployment is not available");
  if (progress?.status === "False")
    return verdictOf("progressing", progress.message || "The rollout does not progress");
  return verdictOf("stable", wanted === 0 ? "Scaled to zero" : `All ${wanted} replicas are updated and available`);
}

export function replicaSet(manifest: unknown, around: Surroundings): Verdict {
  const wanted = wantedReplicas(manifest);
  const all = countAt(manifest, "status", "replicas");
  const ready = countAt(manifest, "status", "readyReplicas");
  const available = countAt(manifest, "status", "availableReplicas");
  const counts =
    all > wanted
      ? verdictOf("progressing", `${all - wanted} replicas too many have not ended yet`)
      : ready < wanted
        ? verdictOf("progressing", `${ready} of ${wanted} replicas are ready`)
        : available < wanted
          ? verdictOf("progressing", `${available} of ${wanted} replicas are available`)
          : verdictOf("stable", wanted === 0 ? "Scaled to zero" : `All ${wanted} replicas are available`);
  return withSigns(counts, rolloutSigns(manifest, around));
}

/** The first Pod of a StatefulSet, by ordinal, that is not ready: the ones after it wait for it. */
function firstNotReady(manifest: unknown, around: Surroundings): string {
  const name = textAt(manifest, "metadata", "name");
  const start = countAt(manifest, "spec", "ordinals", "start");
  const pods = podsOf(manifest, around.related);
  if (pods.length === 0) return "";
  for (let ordinal = start; ordinal < start + Math.min(wantedReplicas(manifest), 10_000); ordinal += 1) {
    const pod = pods.find((one) => textAt(one, "metadata", "name") === `${name}-${ordinal}`);
    if (pod === undefined) return `; Pod "${name}-${ordinal}" does not exist yet`;
    if (!isReady(pod)) return `; ordinal ${ordinal} (Pod "${name}-${ordinal}") is not ready`;
  }
  return "";
}

export function statefulSet(manifest: unknown, around: Surroundings): Verdict {
  const wanted = wantedReplicas(manifest);
  const all = countAt(manifest, "status", "replicas");
  const ready = countAt(manifest, "status", "readyReplicas");
  const updated = countAt(manifest, "status", "updatedReplicas");
  const revision = textAt(manifest, "status", "updateRevision");
  const changed = revision !== "" && revision !== textAt(manifest, "status", "currentRevision");
  const partition = countAt(manifest, "spec", "updateStrategy", "rollingUpdate", "partition");
  const onDelete = textAt(manifest, "spec", "updateStrategy", "type") === "OnDelete";
  const target = Math.max(0, wanted - partition);
  const counts = (): Verdict => {
    if (all > wanted) return verdictOf("progressing", `${all - wanted} replicas too many have not ended yet`);
    if (ready < wanted)
      return verdictOf("progressing", `${ready} of ${wanted} replicas are ready${firstNotReady(manifest, around)}`);
    if (onDelete && changed)
      return verdictOf(
        "stable",
        `All ${wanted} replicas are ready, ${updated} updated; the others are updated when deleted`,
      );
    if (changed && updated < target)
      return verdictOf("progressing", `${updated} of ${target} replicas are updated${partitionWords(partition)}`);
    if (changed && partition === 0)
      return verdictOf("progressing", "All replicas are updated; the controller has not closed the revision yet");
    return verdictOf(
      "stable",
      wanted === 0 ? "Scaled to zero" : `All ${wanted} replicas are ready${partitionWords(partition)}`,
    );
  };
  return withSigns(counts(), rolloutSigns(manifest, around));
}

const partitionWords = (partition: number): string =>
  partition === 0 ? "" : ` (ordinals below ${partition} keep the old revision)`;

export function daemonSet(manifest: unknown, around: Surroundings): Verdict {
  const wanted = integerAt(manifest, "status", "desiredNumberScheduled");
  const updated = countAt(manifest, "status", "updatedNumberScheduled");
  const available = countAt(manifest, "status", "numberAvailable");
  const scheduled = countAt(manifest, "status", "currentNumberScheduled");
  const onDelete = textAt(manifest, "spec", "updateStrategy", "type") === "OnDelete";
  const signs: Sign[] = [...misscheduled(manifest), ...rolloutSigns(manifest, around)];
  const counts = (): Verdict => {
    if (wanted === undefined) return verdictOf("progressing", "The controller has not counted the nodes yet");
    if (scheduled < wanted) return verdictOf("progressing", `${scheduled} of ${wanted} nodes have a Pod`);
    if (!onDelete && updated < wanted)
      return verdictOf("progressing", `${updated} of ${wanted} nodes have the new Pod`);
    if (available < wanted)
      return verdictOf("progressing", `The Pod is not available on ${wanted - available} of ${wanted} nodes`);
    const ready = countAt(manifest, "status", "numberReady");
    if (ready < wanted) return verdictOf("progressing", `The Pod is ready on ${ready} of ${wanted} nodes`);
    if (wanted === 0) return verdictOf("stable", "No node is eligible");
    return verdictOf("stable", `The Pod is available on all ${wanted} nodes`);
  };
  return withSigns(counts(), signs);
}

function misscheduled(manifest: unknown): Sign[] {
  const count = countAt(manifest, "status", "numberMisscheduled");
  const message = `${count} nodes run the Pod although they should not`;
  return count === 0 ? [] : [{ code: "nodes.misscheduled", message, object: reference(manifest), fatal: false }];
}
