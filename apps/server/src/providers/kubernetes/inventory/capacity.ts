import type { JsonObject } from "@gennaker/contract/json.ts";
import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import type { Capacity } from "../../port/api.ts";
import { record, type RelatedSource } from "./related.ts";
import { targetsOf } from "./scale-target.ts";

/** The replicas wanted, and between which an autoscaler may move them; else the bounds of the cluster it was deployed from. */
export function capacityOf(
  caches: Pick<RelatedSource, "byIndex">,
  workload: KubeObject,
  launch: JsonObject | null,
): Capacity {
  const scheduled = record(workload["status"])["desiredNumberScheduled"];
  const replicas = record(workload["spec"])["replicas"];
  const desired = workload.kind === "DaemonSet" ? Number(scheduled ?? 0) : Number(replicas ?? 1);
  // An autoscaler leaves alone what has no replicas, such as the older ReplicaSets of its Deployment.
  const [autoscaler] =
    desired === 0
      ? []
      : targetsOf(workload).flatMap((target) => caches.byIndex("HorizontalPodAutoscaler", "target", target));
  const { minReplicas = 1, maxReplicas } = record(autoscaler?.["spec"]);
  if (typeof minReplicas === "number" && typeof maxReplicas === "number")
    return { min: minReplicas, max: maxReplicas, desired };
  const { min, max } = record(launch?.["capacity"]);
  return {
    min: typeof min === "number" ? Math.min(min, desired) : desired,
    max: typeof max === "number" ? Math.max(max, desired) : desired,
    desired,
  };
}
