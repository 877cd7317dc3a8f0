import { asInteger, at, countAt, isObject, objectsOf, textAt } from "../../json.ts";
import { conditionsOf } from "../../manifest.ts";
import { answer } from "../result.ts";
import type { ArgocdResult } from "../result.ts";

/** A generation may be written as a number or as a text. */
const numberAt = (manifest: unknown, ...path: readonly string[]): number | undefined => {
  const value = at(manifest, ...path);
  return typeof value === "string" && /^\d+$/u.test(value) ? Number(value) : asInteger(value);
};

/** Argo Rollouts: newer controllers state a phase, for older ones it follows from conditions, counts and hashes. */
export function rollout(manifest: unknown): ArgocdResult {
  const status = at(manifest, "status");
  const observed = numberAt(status, "observedGeneration");
  const generation = countAt(manifest, "metadata", "generation");
  const unobserved = status === undefined || (observed !== undefined && observed < generation);
  if (unobserved || !workloadObserved(manifest))
    return answer("Progressing", "The change of the Rollout was not observed yet");
  const phase = textAt(status, "phase");
  if (phase !== "") {
    const known = phase === "Healthy" || phase === "Progressing" || phase === "Degraded";
    return answer(phase === "Paused" ? "Suspended" : known ? phase : "Unknown", textAt(status, "message"));
  }
  for (const { type, reason, message } of conditionsOf(manifest)) {
    const ended = reason === "RolloutAborted" || reason === "ProgressDeadlineExceeded";
    if (type === "InvalidSpec" || (type === "Progressing" && ended)) return answer("Degraded", message);
  }
  if (objectsOf(at(status, "pauseConditions")).length > 0 || at(manifest, "spec", "paused") === true)
    return answer("Suspended", "The Rollout is paused");
  return rolloutProgress(manifest, status) ?? answer("Healthy");
}

/** With `workloadRef` the Rollout follows another object, whose generation must have been seen too. */
function workloadObserved(manifest: unknown): boolean {
  if (at(manifest, "spec", "workloadRef") === undefined) return true;
  const annotations = at(manifest, "metadata", "annotations");
  if (annotations === undefined) return true;
  const wanted = numberAt(annotations, "rollout.argoproj.io/workload-generation");
  return wanted === numberAt(manifest, "status", "workloadObservedGeneration");
}

function rolloutProgress(manifest: unknown, status: unknown): ArgocdResult | undefined {
  const hash = at(status, "currentPodHash");
  if (hash === undefined) return answer("Progressing", "The Rollout was not reconciled yet");
  const replicas = asInteger(at(manifest, "spec", "replicas")) ?? 1;
  const updated = countAt(status, "updatedReplicas");
  if (updated < replicas) return answer("Progressing", `${updated} of ${replicas} replicas are updated`);
  const available = countAt(status, "availableReplicas");
  if (available < updated) return answer("Progressing", `${available} of ${updated} updated replicas are available`);
  const stable = at(status, "stableRS") ?? at(status, "canary", "stableRS");
  if (at(manifest, "spec", "strategy", "blueGreen") !== undefined) {
    if (at(status, "blueGreen", "activeSelector") !== hash)
      return answer("Progressing", "The active Service does not select the new replicas yet");
    if (stable !== undefined && stable !== "" && stable !== hash)
      return answer("Progressing", "The analysis has not ended yet");
  } else if (at(manifest, "spec", "strategy", "canary") !== undefined) {
    if (countAt(status, "replicas") > updated) return answer("Progressing", "Old replicas have not ended yet");
    if (stable !== hash) return answer("Progressing", "The steps have not ended yet");
  }
  return undefined;
}

const elasticPhases: Readonly<Record<string, Readonly<Record<string, ArgocdResult["status"]>>>> = {
  Ready: { green: "Healthy", yellow: "Progressing", red: "Degraded" },
};
const elasticBusy: Readonly<Record<string, ArgocdResult["status"]>> = {
  ApplyingChanges: "Progressing",
  MigratingData: "Progressing",
  Invalid: "Degraded",
};

/** Elasticsearch: its health counts once all nodes of all node sets are there. */
export function elasticsearch(manifest: unknown): ArgocdResult {
  const available = asInteger(at(manifest, "status", "availableNodes"));
  const nodeSets = objectsOf(at(manifest, "spec", "nodeSets"));
  const wanted = nodeSets.reduce((sum, set) => sum + countAt(set, "count"), 0);
  if (available !== undefined && available < wanted)
    return answer("Progressing", `${available} of ${wanted} nodes are available`);
  const phase = textAt(manifest, "status", "phase");
  const health = textAt(manifest, "status", "health");
  if (available === wanted && health !== "") {
    const byHealth = Object.hasOwn(elasticPhases, phase) ? elasticPhases[phase] : undefined;
    if (byHealth !== undefined && Object.hasOwn(byHealth, health))
      return answer(byHealth[health] ?? "Unknown", `Elasticsearch is ${health}`);
    if (Object.hasOwn(elasticBusy, phase)) return answer(elasticBusy[phase] ?? "Unknown", `phase is ${phase}`);
  }
  return answer("Unknown", "The state of Elasticsearch is not known");
}

/** The collector states its replicas as the text `ready/total`; a sidecar has none. */
export function openTelemetryCollector(manifest: unknown): ArgocdResult | undefined {
  if (at(manifest, "status") === undefined) return undefined;
  const mode = textAt(manifest, "spec", "mode");
  const replicas = at(manifest, "status", "scale", "statusReplicas");
  if (replicas === undefined)
    return mode === "sidecar" ? answer("Healthy", "The collector runs as a sidecar") : undefined;
  const counts = /(\d+)\/(\d+)/u.exec(String(replicas));
  if (counts === null) return answer("Progressing", "The replicas are not stated as ready/total");
  const [ready, total] = [Number(counts[1]), Number(counts[2])];
  if (ready === 0 && mode === "daemonset" && total === 0) return answer("Healthy", "No node is eligible (0/0)");
  if (ready === 0) return answer("Degraded", "No replica is ready");
  return answer(ready === total ? "Healthy" : "Progressing", `${ready} of ${total} replicas are ready`);
}

/** All environments of a promotion strategy must want, and then run, one and the same dry commit. */
export function promotion(manifest: unknown): ArgocdResult {
  const environments = objectsOf(at(manifest, "status", "environments"));
  const proposed = environments.map(
    (one) => textAt(one, "proposed", "note", "drySha") || textAt(one, "proposed", "dry", "sha"),
  );
  if (proposed.some((commit) => commit !== proposed[0]))
    return answer("Progressing", "Not all environments have the same proposed commit yet");
  const behind = environments.find((one) => at(one, "proposed", "dry", "sha") !== at(one, "active", "dry", "sha"));
  if (behind !== undefined) return answer("Progressing", `${textAt(behind, "branch")} is being promoted`);
  return answer("Healthy", `All environments are on commit ${proposed[0] ?? ""}`);
}

/** Spark: a running application is healthy with as many running executors as it asked for, or allows. */
export function sparkRunning(manifest: unknown): ArgocdResult | undefined {
  if (textAt(manifest, "status", "applicationState", "state") !== "RUNNING") return undefined;
  const executors = at(manifest, "status", "executorState");
  if (!isObject(executors)) return undefined;
  const running = Object.values(executors).filter((state) => state === "RUNNING").length;
  const wanted = asInteger(at(manifest, "spec", "executor", "instances"));
  const healthy = answer("Healthy", `${running} executors are running`);
  if (wanted === running) return healthy;
  const range = executorRange(manifest);
  if (range !== undefined) return running >= range[0] && running <= range[1] ? healthy : undefined;
  const unbounded = wanted === undefined && at(manifest, "spec", "dynamicAllocation") === undefined;
  return unbounded && running >= 1 ? healthy : undefined;
}

function executorRange(manifest: unknown): readonly [number, number] | undefined {
  const dynamic = at(manifest, "spec", "dynamicAllocation");
  if (at(dynamic, "enabled") === true)
    return [numberAt(dynamic, "minExecutors") ?? 0, numberAt(dynamic, "maxExecutors") ?? Infinity];
  const conf = at(manifest, "spec", "sparkConf");
  for (const prefix of ["spark.streaming.dynamicAllocation", "spark.dynamicAllocation"]) {
    if (textAt(conf, `${prefix}.enabled`) === "true")
      return [numberAt(conf, `${prefix}.minExecutors`) ?? 0, numberAt(conf, `${prefix}.maxExecutors`) ?? Infinity];
  }
  return undefined;
}
