import { at, integerAt, isObject, textAt } from "../json.ts";
import { groupKind, kindOf } from "../manifest.ts";
import { cronJob, job, pod } from "./batch.ts";
import {
  apiService,
  autoscaler,
  claim,
  definition,
  deletion,
  disruptionBudget,
  namespace,
  node,
  volume,
} from "./cluster.ts";
import { byConvention } from "./conventions.ts";
import { operatorCheck } from "./custom.ts";
import { gateway, ingress, route, service } from "./network.ts";
import { verdictOf } from "./types.ts";
import type { DecidedBy, Rule, Surroundings, Verdict } from "./types.ts";
import { daemonSet, deployment, replicaSet, statefulSet } from "./workloads.ts";

/** Kinds with a rule of their own, by group and kind. */
export const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ["Pod", pod],
  ["apps/Deployment", deployment],
  ["extensions/Deployment", deployment],
  ["apps/ReplicaSet", replicaSet],
  ["extensions/ReplicaSet", replicaSet],
  ["ReplicationController", replicaSet],
  ["apps/StatefulSet", statefulSet],
  ["apps/DaemonSet", daemonSet],
  ["extensions/DaemonSet", daemonSet],
  ["batch/Job", job],
  ["batch/CronJob", cronJob],
  ["Service", service],
  ["networking.k8s.io/Ingress", ingress],
  ["extensions/Ingress", ingress],
  ["gateway.networking.k8s.io/Gateway", gateway],
  ["gateway.networking.k8s.io/HTTPRoute", route],
  ["gateway.networking.k8s.io/GRPCRoute", route],
  ["gateway.networking.k8s.io/TCPRoute", route],
  ["gateway.networking.k8s.io/TLSRoute", route],
  ["gateway.networking.k8s.io/UDPRoute", route],
  ["PersistentVolumeClaim", claim],
  ["PersistentVolume", volume],
  ["autoscaling/HorizontalPodAutoscaler", autoscaler],
  ["policy/PodDisruptionBudget", disruptionBudget],
  ["Namespace", namespace],
  ["Node", node],
  ["apiextensions.k8s.io/CustomResourceDefinition", definition],
  ["apiregistration.k8s.io/APIService", apiService],
]);

/** Kinds whose controller counts generations always, so a missing count means that it has not looked yet. */
const counted: ReadonlySet<string> = new Set([
  "apps/Deployment",
  "apps/ReplicaSet",
  "apps/StatefulSet",
  "apps/DaemonSet",
]);

/** Our own verdict about one object, before user rules. Never throws, whatever the manifest holds. */
export function judge(manifest: unknown, around: Surroundings): Verdict {
  return decide(manifest, around).verdict;
}

/** The verdict, with the rule that gave it. */
export function decide(manifest: unknown, around: Surroundings): { verdict: Verdict; decidedBy: DecidedBy } {
  const by = (source: DecidedBy["source"], rule: string, verdict: Verdict) => ({
    verdict,
    decidedBy: { source, rule },
  });
  if (manifest === null || manifest === undefined)
    return by("kind", "", verdictOf("unknown", "The object does not exist"));
  if (!isObject(manifest)) return by("kind", "", verdictOf("unknown", "The manifest is not an object"));
  const key = groupKind(kindOf(manifest));
  if (textAt(manifest, "metadata", "deletionTimestamp") !== "") return by("deletion", key, deletion(manifest));
  const early = notObserved(manifest, key);
  if (early !== undefined) return by("generation", key, early);
  const rule = rules.get(key);
  if (rule !== undefined) return by("kind", key, rule(manifest, around));
  const checked = operatorCheck(manifest);
  return checked === null ? by("conventions", key, byConvention(manifest)) : by("check", key, checked);
}

/** While the controller has not seen the newest change, everything below `status` is about an older one. */
function notObserved(manifest: unknown, key: string): Verdict | undefined {
  const generation = integerAt(manifest, "metadata", "generation");
  const observed = integerAt(manifest, "status", "observedGeneration");
  if (generation === undefined || (observed === undefined && !counted.has(key))) return undefined;
  if (observed !== undefined && observed >= generation) return undefined;
  if (at(manifest, "spec", "paused") === true && key !== "apps/Deployment") return undefined;
  const seen = observed === undefined ? "none yet" : `${observed}`;
  return verdictOf("progressing", `The controller has not seen generation ${generation} (${seen})`);
}
