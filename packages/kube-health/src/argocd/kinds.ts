import { asList, asText, at, objectsOf, textAt } from "../json.ts";
import { conditionsOf, readConditions } from "../manifest.ts";
import type { Condition } from "../manifest.ts";
import { podHealth } from "./pod.ts";
import { answer } from "./result.ts";
import type { ArgocdResult } from "./result.ts";
import { daemonSetHealth, deploymentHealth, replicaSetHealth, statefulSetHealth } from "./workloads.ts";

function jobHealth(manifest: unknown): ArgocdResult {
  let failure: string | undefined;
  let message: string | undefined;
  let suspended = false;
  for (const condition of conditionsOf(manifest)) {
    if (condition.type === "Failed") failure = condition.message;
    if (condition.type === "Complete" || condition.type === "Suspended") message = condition.message;
    if (condition.type === "Suspended" && condition.status === "True") suspended = true;
  }
  if (failure !== undefined) return answer("Degraded", failure);
  if (message === undefined) return answer("Progressing");
  return suspended ? answer("Suspended") : answer("Healthy", message);
}

const hasAddress = (manifest: unknown): boolean => asList(at(manifest, "status", "loadBalancer", "ingress")).length > 0;

const ingressHealth = (manifest: unknown): ArgocdResult => answer(hasAddress(manifest) ? "Healthy" : "Progressing");

const serviceHealth = (manifest: unknown): ArgocdResult =>
  answer(textAt(manifest, "spec", "type") === "LoadBalancer" && !hasAddress(manifest) ? "Progressing" : "Healthy");

const claimStatuses = { Lost: "Degraded", Pending: "Progressing", Bound: "Healthy" } as const;

function claimHealth(manifest: unknown): ArgocdResult {
  const phase = textAt(manifest, "status", "phase");
  return answer(Object.hasOwn(claimStatuses, phase) ? claimStatuses[phase as keyof typeof claimStatuses] : "Unknown");
}

function apiServiceHealth(manifest: unknown): ArgocdResult {
  const available = conditionsOf(manifest).find(({ type }) => type === "Available");
  if (available === undefined) return answer("Progressing", "Waiting to be processed");
  const message = `${available.reason}: ${available.message}`;
  return answer(available.status === "True" ? "Healthy" : "Progressing", message);
}

const scaleFailures: ReadonlySet<string> = new Set([
  "AbleToScale FailedGetScale",
  "AbleToScale FailedUpdateScale",
  "ScalingActive FailedGetResourceMetric",
  "ScalingActive InvalidSelector",
]);

/**
 * The conditions of a HorizontalPodAutoscaler of any version. The oldest API keeps them as JSON in an annotation, in any
 * letter case; where that cannot be read, the answer is the reason.
 */
export function autoscalerConditions(manifest: unknown): Condition[] | string {
  if (textAt(manifest, "apiVersion") !== "autoscaling/v1") return conditionsOf(manifest);
  const text = at(manifest, "metadata", "annotations", "autoscaling.alpha.kubernetes.io/conditions");
  if (typeof text !== "string") return [];
  try {
    const list: unknown = JSON.parse(text);
    if (list !== null && !Array.isArray(list)) return "the annotation holds no list";
    return readConditions(objectsOf(list).map((item) => lowerCaseKeys(item)));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const lowerCaseKeys = (item: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(item).map(([key, value]) => [key.toLowerCase(), value]));

function autoscalerHealth(manifest: unknown): ArgocdResult {
  const conditions = autoscalerConditions(manifest);
  if (typeof conditions === "string")
    return answer("Unknown", `failed to convert conditions annotation to typed: ${conditions}`);
  for (const { type, status, reason, message } of conditions) {
    if (scaleFailures.has(`${type} ${reason}`)) return answer("Degraded", message);
    if ((type === "AbleToScale" || type === "ScalingLimited") && status === "True") return answer("Healthy", message);
  }
  return answer("Progressing", "Waiting to Autoscale");
}

function workflowHealth(manifest: unknown): ArgocdResult {
  const message = asText(at(manifest, "status", "message"));
  switch (textAt(manifest, "status", "phase")) {
    case "":
    case "Pending":
    case "Running":
      return answer("Progressing", message);
    case "Succeeded":
      return answer("Healthy", message);
    case "Failed":
    case "Error":
      return answer("Degraded", message);
    default:
      return answer("Unknown", message);
  }
}

type Kind = {
  /** Versions the rule reads; another version is an error. Without it, every version. */
  readonly versions?: readonly string[];
  /** How the error names the kind, where that is not its own name. */
  readonly printed?: string;
  readonly health: (manifest: unknown) => ArgocdResult;
};

/** The kinds Argo CD judges itself (gitops-engine, `pkg/health`), by group and kind. */
export const argocdKinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["apps/Deployment", { versions: ["v1"], health: deploymentHealth }],
  ["apps/StatefulSet", { versions: ["v1"], health: statefulSetHealth }],
  ["apps/ReplicaSet", { versions: ["v1"], health: replicaSetHealth }],
  ["apps/DaemonSet", { versions: ["v1"], health: daemonSetHealth }],
  ["extensions/Ingress", { health: ingressHealth }],
  ["networking.k8s.io/Ingress", { health: ingressHealth }],
  ["argoproj.io/Workflow", { health: workflowHealth }],
  ["apiregistration.k8s.io/APIService", { versions: ["v1", "v1beta1"], health: apiServiceHealth }],
  ["Service", { versions: ["v1"], health: serviceHealth }],
  ["PersistentVolumeClaim", { versions: ["v1"], health: claimHealth }],
  ["Pod", { versions: ["v1"], health: podHealth }],
  ["batch/Job", { versions: ["v1"], health: jobHealth }],
  [
    "autoscaling/HorizontalPodAutoscaler",
    { versions: ["v1", "v2beta1", "v2beta2", "v2"], printed: "HPA", health: autoscalerHealth },
  ],
]);
