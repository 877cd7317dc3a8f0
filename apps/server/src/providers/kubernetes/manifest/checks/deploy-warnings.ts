import type { JsonObject } from "@gennaker/contract/json.ts";
import { networkWarnings } from "./network.ts";
import { nodeWarnings } from "./nodes.ts";
import { referencesOf, referenceWarnings } from "./references.ts";
import type { DeployWarning, Surroundings } from "./surroundings.ts";
import { asObject, objectsIn, textIn, withPlanned, workloadsIn } from "./surroundings.ts";
import { volumeWarnings } from "./volumes.ts";
import { kindOf } from "../kinds.ts";
import { nameOf, namespaceOf, specOf } from "../manifest.ts";

/** What is to be known before manifests are sent: volumes, network policies, configuration and nodes that will not do. */
export function deployWarnings(manifests: readonly JsonObject[], cluster: Surroundings): DeployWarning[] {
  const around = withPlanned(cluster, manifests);
  const workloads = workloadsIn(manifests);
  return [
    ...referenceWarnings(workloads, around),
    ...volumeWarnings(manifests, workloads, around),
    ...networkWarnings(workloads, around),
    ...nodeWarnings(workloads, around),
  ];
}

/** What has to be read of the cluster for it: whole lists, and single objects. Cluster-wide ones have no namespace. */
export function neededForWarnings(manifests: readonly JsonObject[]): {
  lists: { kind: string; namespace: string }[];
  objects: { kind: string; namespace: string; name: string }[];
} {
  const workloads = workloadsIn(manifests);
  const claims = manifests.filter((manifest) => kindOf(manifest) === "persistentVolumeClaim");
  const templates = workloads.flatMap(({ manifest }) => objectsIn(specOf(manifest)["volumeClaimTemplates"]));
  if (workloads.length === 0 && claims.length === 0) return { lists: [], objects: [] };
  const lists: { kind: string; namespace: string }[] = [];
  for (const namespace of new Set(workloads.map((workload) => workload.namespace))) {
    for (const kind of ["networkPolicy", "service", "ingress", "HTTPRoute.gateway.networking.k8s.io"])
      lists.push({ kind, namespace });
  }
  if (claims.length + templates.length > 0) lists.push({ kind: "storageClass", namespace: "" });
  if (workloads.some(({ pod }) => asksForNodes(pod))) lists.push({ kind: "node", namespace: "" });
  const objects = workloads.flatMap((workload) => {
    const { namespace } = workload;
    const mounted = objectsIn(workload.pod["volumes"])
      .map((volume) => textIn(asObject(volume["persistentVolumeClaim"])["claimName"]))
      .filter((name) => name !== "")
      .map((name) => ({ kind: "persistentVolumeClaim", namespace, name }));
    return [...referencesOf(workload).map((each) => ({ ...each, namespace })), ...mounted];
  });
  for (const claim of claims) {
    objects.push({ kind: "persistentVolumeClaim", namespace: namespaceOf(claim), name: nameOf(claim) });
    const volume = textIn(specOf(claim)["volumeName"]);
    if (volume !== "") objects.push({ kind: "persistentVolume", namespace: "", name: volume });
  }
  // What comes with the deploy need not be asked for, but for claims, which may be bound already; the rest once.
  const coming = manifests.filter((manifest) => kindOf(manifest) !== "persistentVolumeClaim");
  const known = new Set(coming.map((manifest) => key(kindOf(manifest), namespaceOf(manifest), nameOf(manifest))));
  const asked = new Map(objects.map((each) => [key(each.kind, each.namespace, each.name), each]));
  return { lists, objects: [...asked].filter(([each]) => !known.has(each)).map(([, each]) => each) };
}

const key = (kind: string, namespace: string, name: string): string => `${kind} ${namespace} ${name}`;

/** Nodes are many: they are read only for Pods that do not take any. */
function asksForNodes(pod: JsonObject): boolean {
  if (pod["nodeSelector"] !== undefined || asObject(pod["affinity"])["nodeAffinity"] !== undefined) return true;
  return objectsIn(pod["containers"]).some((container) => {
    const { limits, requests } = asObject(container["resources"]);
    return Object.keys({ ...asObject(limits), ...asObject(requests) }).some((name) => name.includes("/"));
  });
}
