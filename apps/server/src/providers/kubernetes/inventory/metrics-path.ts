import { isRecord, type KubeObject } from "@gennaker/kube-client/objects.ts";

/** Scraped are only Pods whose template asks Gennaker for it: others belong to the cluster's own Prometheus. */
const metricsAnnotation = "metrics.gennaker.io/path";

/** Where the Pods of a workload serve metrics to Gennaker, on their first port; null where they do not. */
export function metricsPathOf(workload: KubeObject): string | null {
  let at: unknown = workload;
  for (const field of ["spec", "template", "metadata", "annotations", metricsAnnotation]) {
    if (!isRecord(at)) return null;
    at = at[field];
  }
  return typeof at === "string" && at.startsWith("/") ? at : null;
}
