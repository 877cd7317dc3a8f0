import { at, countAt, integerAt, isObject, textAt } from "../json.ts";
import { conditionsOf, groupKind, kindOf } from "../manifest.ts";

/** Clouddriver's stability in one word: failed outranks paused, paused outranks unstable. */
export type SpinnakerStatus = "stable" | "unstable" | "failed" | "paused";

type Flag = { readonly state: boolean; readonly message: string | null };

/** Clouddriver's four conditions of a manifest, as `GET /manifests/…` shows them in `status`. */
export type SpinnakerConditions = {
  readonly stable: Flag;
  readonly paused: Flag;
  readonly available: Flag;
  readonly failed: Flag;
};

type Change = { readonly [name in keyof SpinnakerConditions]?: Flag };

const yes = (message: string | null): Flag => ({ state: true, message });
const no = (message: string | null): Flag => ({ state: false, message });

const unstable = (message: string): Change => ({ stable: no(message) });
const gone = (message: string): Change => ({ stable: no(message), available: no(message) });

const noneReported: Change = {
  stable: no("No status reported yet"),
  available: no("No availability reported"),
};

/** The generation must have been observed: a missing one on either side is an old one. */
const observed = (manifest: unknown): boolean => {
  const seen = integerAt(manifest, "status", "observedGeneration");
  return seen !== undefined && seen === integerAt(manifest, "metadata", "generation");
};

const oldGeneration = "Waiting for status generation to match updated object generation";

const replicas = {
  updated: "Waiting for all replicas to be updated",
  old: "Waiting for old replicas to finish termination",
  available: "Waiting for all replicas to be available",
  ready: "Waiting for all replicas to be ready",
  labelled: "Waiting for all replicas to be fully-labeled",
};

function deployment(manifest: unknown): Change {
  if (!observed(manifest)) return unstable(oldGeneration);
  const change: { -readonly [name in keyof SpinnakerConditions]?: Flag } = {};
  for (const { type, status, reason, message } of conditionsOf(manifest)) {
    if (reason.toLowerCase() === "deploymentpaused" && change.paused === undefined) change.paused = yes(message);
    if (type.toLowerCase() === "available" && status.toLowerCase() === "false" && change.available === undefined) {
      change.stable = no(message);
      change.available = no(message);
    }
    if (type.toLowerCase() === "progressing" && reason.toLowerCase() === "progressdeadlineexceeded")
      change.failed = yes("Deployment exceeded its progress deadline");
  }
  const wanted = countAt(manifest, "spec", "replicas");
  const updated = countAt(manifest, "status", "updatedReplicas");
  const waiting =
    (updated < wanted && replicas.updated) ||
    (countAt(manifest, "status", "replicas") > updated && replicas.old) ||
    (countAt(manifest, "status", "availableReplicas") < wanted && replicas.available) ||
    (countAt(manifest, "status", "readyReplicas") < wanted && replicas.ready);
  return waiting === false ? change : { ...change, stable: no(waiting) };
}

function statefulSet(manifest: unknown): Change {
  const strategy = textAt(manifest, "spec", "updateStrategy", "type").toLowerCase();
  if (strategy === "ondelete") return {};
  if (!isObject(at(manifest, "status"))) return noneReported;
  if (!observed(manifest)) return unstable(oldGeneration);
  const wanted = countAt(manifest, "spec", "replicas");
  if (wanted > countAt(manifest, "status", "replicas"))
    return unstable("Waiting for at least the desired replica count to be met");
  if (wanted > countAt(manifest, "status", "readyReplicas"))
    return unstable("Waiting for all updated replicas to be ready");
  const updated = integerAt(manifest, "status", "updatedReplicas");
  const rolling = at(manifest, "spec", "updateStrategy", "rollingUpdate");
  if (strategy === "rollingupdate" && updated !== undefined && rolling !== undefined) {
    const partition = integerAt(rolling, "partition");
    const all = integerAt(manifest, "status", "replicas");
    if (all !== undefined && partition !== undefined && updated < all - partition)
      return unstable("Waiting for partitioned roll out to finish");
    return { stable: yes("Partitioned roll out complete") };
  }
  if (wanted > countAt(manifest, "status", "currentReplicas"))
    return unstable("Waiting for all updated replicas to be scheduled");
  if (textAt(manifest, "status", "currentRevision") !== textAt(manifest, "status", "updateRevision"))
    return unstable("Waiting for the updated revision to match the current revision");
  return {};
}

function daemonSet(manifest: unknown): Change {
  if (!observed(manifest)) return unstable(oldGeneration);
  if (textAt(manifest, "spec", "updateStrategy", "type").toLowerCase() !== "rollingupdate") return {};
  const wanted = countAt(manifest, "status", "desiredNumberScheduled");
  const below = (field: string): boolean => wanted > countAt(manifest, "status", field);
  if (below("currentNumberScheduled")) return unstable("Waiting for all replicas to be scheduled");
  if (below("updatedNumberScheduled")) return unstable("Waiting for all updated replicas to be scheduled");
  if (below("numberAvailable")) return unstable("Waiting for all replicas to be available");
  if (below("numberReady")) return unstable("Waiting for all replicas to be ready");
  return {};
}

function replicaSet(manifest: unknown): Change {
  const wanted = countAt(manifest, "spec", "replicas");
  const below = (field: string): boolean => wanted > countAt(manifest, "status", field);
  if (below("fullyLabeledReplicas")) return gone(replicas.labelled);
  if (below("readyReplicas")) return gone(replicas.ready);
  if (below("availableReplicas")) return gone(replicas.available);
  return observed(manifest) ? {} : unstable("Waiting for replicaset spec update to be observed");
}

function job(manifest: unknown): Change {
  const completions = integerAt(manifest, "spec", "completions") ?? 1;
  if (countAt(manifest, "status", "succeeded") >= completions) return {};
  const failure = conditionsOf(manifest).find(
    ({ type, status }) => type.toLowerCase() === "failed" && status.toLowerCase() === "true",
  );
  return failure === undefined ? unstable("Waiting for jobs to finish") : { failed: yes(failure.message) };
}

function pod(manifest: unknown): Change {
  const phase = textAt(manifest, "status", "phase");
  if (phase === "Running" || phase === "Succeeded") return {};
  if (phase === "Pending") return gone("Pod is pending");
  return gone(phase === "Failed" ? "Pod has failed" : "Pod phase is unknown");
}

function autoscaler(manifest: unknown): Change {
  const wanted = countAt(manifest, "status", "desiredReplicas");
  const current = countAt(manifest, "status", "currentReplicas");
  if (wanted === current) return {};
  const direction = wanted > current ? "up" : "down";
  return unstable(`Waiting for HPA to complete a scale ${direction}, current: ${current} desired: ${wanted}`);
}

/** Kinds with a rule of their own; all others are stable at once. */
const kinds: ReadonlyMap<string, (manifest: unknown) => Change> = new Map([
  ["apps/Deployment", deployment],
  ["apps/StatefulSet", statefulSet],
  ["apps/DaemonSet", daemonSet],
  ["apps/ReplicaSet", replicaSet],
  ["batch/Job", job],
  ["Pod", pod],
  ["autoscaling/HorizontalPodAutoscaler", autoscaler],
  ["batch/CronJob", () => ({})],
]);

/**
 * The four conditions Clouddriver computes; null where it refuses the version of the kind or there is no manifest. Source:
 * Clouddriver's `op/handler/Kubernetes*Handler` (`status`).
 */
export function spinnakerConditions(manifest: unknown): SpinnakerConditions | null {
  if (!isObject(manifest)) return null;
  const gvk = kindOf(manifest);
  if (gvk.group === "apps" && gvk.version !== "v1" && kinds.has(groupKind(gvk))) return null;
  const rule = kinds.get(groupKind(gvk));
  // A StatefulSet that is updated by hand is stable even without a status.
  const judged = rule === statefulSet || isObject(at(manifest, "status"));
  const change = rule === undefined ? {} : judged ? rule(manifest) : noneReported;
  return { stable: yes(null), paused: no(null), available: yes(null), failed: no(null), ...change };
}

/** The conditions as one status and its message; `status` is null where Clouddriver has none. */
export function spinnaker(manifest: unknown): { status: SpinnakerStatus; message: string } | null {
  const conditions = spinnakerConditions(manifest);
  if (conditions === null) return null;
  const { stable, paused, failed } = conditions;
  if (failed.state) return { status: "failed", message: failed.message ?? "" };
  if (paused.state) return { status: "paused", message: paused.message ?? "" };
  return { status: stable.state ? "stable" : "unstable", message: stable.message ?? "" };
}
