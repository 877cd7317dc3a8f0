import { at, countAt, integerAt, objectsOf, textAt } from "../json.ts";
import { conditionsOf } from "../manifest.ts";
import { current, failed, inProgress, refused } from "./result.ts";
import type { KstatusResult } from "./result.ts";
import { daemonSet, deployment, replicaSet, statefulSet } from "./workloads.ts";

/** How long kstatus lets a Pod be unschedulable before it calls that a failure. */
const schedulingWindowMs = 15_000;

function pod(manifest: unknown, now: number): KstatusResult {
  const conditions = conditionsOf(manifest);
  const phase = textAt(manifest, "status", "phase");
  switch (phase) {
    case "Succeeded":
      return current("Pod has completed successfully");
    case "Failed":
      return current("Pod has completed, but not successfully");
    case "Running": {
      if (conditions.some(({ type, status }) => type === "Ready" && status === "True")) return current("Pod is Ready");
      const looping = objectsOf(at(manifest, "status", "containerStatuses"))
        .filter((status) => textAt(status, "state", "waiting", "reason") === "CrashLoopBackOff")
        .map((status) => textAt(status, "name"));
      if (looping.length > 0)
        return failed("ContainerCrashLooping", `Containers in CrashLoop state: ${looping.join(",")}`);
      return inProgress("PodRunningNotReady", "Pod is running but is not Ready");
    }
    case "Pending": {
      const scheduled = conditions.find(({ type, status }) => type === "PodScheduled" && status === "False");
      if (scheduled?.reason !== "Unschedulable") return inProgress("PodPending", "Pod is in the Pending phase");
      const created = Date.parse(textAt(manifest, "metadata", "creationTimestamp"));
      if (now - schedulingWindowMs < created) return inProgress("PodNotScheduled", "Pod has not been scheduled");
      return failed("PodUnschedulable", "Pod could not be scheduled");
    }
    case "":
      return inProgress("PodNotObserved", "Pod phase not available");
    default:
      return refused(`unknown phase ${phase}`);
  }
}

function job(manifest: unknown): KstatusResult {
  const completions = integerAt(manifest, "spec", "completions") ?? integerAt(manifest, "spec", "parallelism") ?? 1;
  const succeeded = countAt(manifest, "status", "succeeded");
  const failedPods = countAt(manifest, "status", "failed");
  for (const { type, status } of conditionsOf(manifest)) {
    if (status !== "True") continue;
    if (type === "Complete") return current(`Job Completed. succeeded: ${succeeded}/${completions}`);
    if (type === "Failed") return failed("JobFailed", `Job Failed. failed: ${failedPods}/${completions}`);
    if (type === "Suspended" && at(manifest, "spec", "suspend") === true) return current("Job is suspended");
  }
  if (textAt(manifest, "status", "startTime") === "") return inProgress("JobNotStarted", "Job not started");
  const active = countAt(manifest, "status", "active");
  return current(`Job in progress. success:${succeeded}, active: ${active}, failed: ${failedPods}`);
}

function service(manifest: unknown): KstatusResult {
  const balanced = textAt(manifest, "spec", "type") === "LoadBalancer";
  if (balanced && textAt(manifest, "spec", "clusterIP") === "")
    return inProgress("NoIPAssigned", "ClusterIP not set. Service type: LoadBalancer");
  return current("Service is ready");
}

function claim(manifest: unknown): KstatusResult {
  const stated = at(manifest, "status", "phase");
  const phase = typeof stated === "string" ? stated : "unknown";
  return phase === "Bound" ? current("PVC is Bound") : inProgress("NotBound", `PVC is not Bound. phase: ${phase}`);
}

function customResourceDefinition(manifest: unknown): KstatusResult {
  for (const { type, status, reason, message } of conditionsOf(manifest)) {
    if (type === "NamesAccepted" && status === "False") return failed(reason, message);
    if (type !== "Established") continue;
    if (status === "False" && reason !== "Installing") return failed(reason, message);
    if (status === "True") return current("CRD is established");
  }
  return inProgress("Installing", "Install in progress");
}

const always = (): KstatusResult => current("Resource is always ready");

/** The kinds kstatus has rules for, by group and kind. `now` in epoch milliseconds matters for unschedulable Pods only. */
export const kstatusKinds: ReadonlyMap<string, (manifest: unknown, now: number) => KstatusResult> = new Map([
  ["Service", service],
  ["Pod", pod],
  ["Secret", always],
  ["ConfigMap", always],
  ["PersistentVolumeClaim", claim],
  ["apps/StatefulSet", statefulSet],
  ["apps/DaemonSet", daemonSet],
  ["extensions/DaemonSet", daemonSet],
  ["apps/Deployment", deployment],
  ["extensions/Deployment", deployment],
  ["apps/ReplicaSet", replicaSet],
  ["extensions/ReplicaSet", replicaSet],
  ["policy/PodDisruptionBudget", () => current("AllowedDisruptions has been computed.")],
  ["batch/CronJob", always],
  ["batch/Job", job],
  ["apiextensions.k8s.io/CustomResourceDefinition", customResourceDefinition],
]);
