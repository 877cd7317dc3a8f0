import type { FakeKind, StoredObject } from "./types.ts";
import { isJson } from "./types.ts";

type Row = [
  group: string,
  version: string,
  kind: string,
  plural: string,
  short: string,
  namespaced: boolean,
  sub?: string,
];

const rows: readonly Row[] = [
  ["", "v1", "Namespace", "namespaces", "ns", false, "status"],
  ["", "v1", "Node", "nodes", "no", false, "status"],
  ["", "v1", "PersistentVolume", "persistentvolumes", "pv", false, "status"],
  ["", "v1", "Pod", "pods", "po", true, "status log exec portforward eviction"],
  ["", "v1", "Service", "services", "svc", true, "status"],
  ["", "v1", "ConfigMap", "configmaps", "cm", true],
  ["", "v1", "Secret", "secrets", "", true],
  ["", "v1", "ServiceAccount", "serviceaccounts", "sa", true],
  ["", "v1", "Event", "events", "ev", true],
  ["", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", "pvc", true, "status"],
  ["apps", "v1", "Deployment", "deployments", "deploy", true, "status scale"],
  ["apps", "v1", "ReplicaSet", "replicasets", "rs", true, "status scale"],
  ["apps", "v1", "StatefulSet", "statefulsets", "sts", true, "status scale"],
  ["apps", "v1", "DaemonSet", "daemonsets", "ds", true, "status"],
  ["apps", "v1", "ControllerRevision", "controllerrevisions", "", true],
  ["batch", "v1", "Job", "jobs", "", true, "status"],
  ["batch", "v1", "CronJob", "cronjobs", "cj", true, "status"],
  ["networking.k8s.io", "v1", "Ingress", "ingresses", "ing", true, "status"],
  ["networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", "netpol", true],
  ["discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", "", true],
  ["policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", "pdb", true, "status"],
  ["autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", "hpa", true, "status"],
  ["coordination.k8s.io", "v1", "Lease", "leases", "", true],
  ["rbac.authorization.k8s.io", "v1", "Role", "roles", "", true],
  ["rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", "", false],
  ["storage.k8s.io", "v1", "StorageClass", "storageclasses", "sc", false],
  ["apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", "crd crds", false, "status"],
];

/** What the fake serves from the start. Further kinds come with their CustomResourceDefinition. */
export function builtInKinds(): FakeKind[] {
  return rows.map(([group, version, kind, plural, short, namespaced, subresources = ""]) => ({
    group,
    version,
    kind,
    plural,
    shortNames: words(short),
    namespaced,
    subresources: words(subresources),
  }));
}

/** One kind per served version of a CustomResourceDefinition. */
export function kindsOfDefinition(definition: StoredObject): FakeKind[] {
  const spec = isJson(definition["spec"]) ? definition["spec"] : {};
  const names = isJson(spec["names"]) ? spec["names"] : {};
  const versions = Array.isArray(spec["versions"]) ? spec["versions"].filter(isJson) : [];
  return versions
    .filter((version) => version["served"] === true)
    .map((version) => ({
      group: String(spec["group"]),
      version: String(version["name"]),
      kind: String(names["kind"]),
      plural: String(names["plural"]),
      shortNames: Array.isArray(names["shortNames"]) ? names["shortNames"].map(String) : [],
      namespaced: spec["scope"] === "Namespaced",
      subresources: isJson(version["subresources"]) ? Object.keys(version["subresources"]) : [],
    }));
}

function words(text: string): string[] {
  return text.split(" ").filter((word) => word !== "");
}
