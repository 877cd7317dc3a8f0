import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import type { Change } from "@gennaker/kube-client/watch/object-store.ts";
import type { Caches } from "./caches.ts";
import { scaleTargetOf, targetsOf } from "./scale-target.ts";
import { labelsOfTemplate, selectorOf, selects } from "./related.ts";
import { serverGroupKinds } from "./server-group.ts";

/** One workload by its place; its server group's name is made of it. */
export type WorkloadKey = { kind: string; namespace: string; name: string };

const groupKinds: ReadonlySet<string> = new Set(serverGroupKinds);

/** The workloads whose server groups a change may alter: the object's own, its owner's, or all in a Service's reach. */
export function affectedGroups(caches: Pick<Caches, "byIndex">, kind: string, change: Change): WorkloadKey[] {
  const { object, previous } = change;
  if (groupKinds.has(kind)) return [keyOf(object)];
  if (kind === "Pod") return ownersOf(object);
  if (kind === "Service") {
    const reach = [object, ...(previous === null ? [] : [previous])].map(selectorOf);
    return inNamespace(caches, object)
      .filter((workload) => reach.some((selector) => selects(selector, labelsOfTemplate(workload))))
      .map(keyOf);
  }
  if (kind === "HorizontalPodAutoscaler")
    return [object, ...(previous === null ? [] : [previous])].flatMap((each) => scaledBy(caches, each));
  if (kind === "EndpointSlice") return byService(caches, object);
  if (kind === "Ingress") return inNamespace(caches, object).map(keyOf);
  return [];
}

const keyOf = (workload: KubeObject): WorkloadKey => ({
  kind: workload.kind,
  namespace: workload.metadata.namespace ?? "",
  name: workload.metadata.name ?? "",
});

function ownersOf(pod: KubeObject): WorkloadKey[] {
  return (pod.metadata.ownerReferences ?? [])
    .filter(({ kind }) => groupKinds.has(kind))
    .map(({ kind, name }) => ({ kind, name, namespace: pod.metadata.namespace ?? "" }));
}

function byService(caches: Pick<Caches, "byIndex">, slice: KubeObject): WorkloadKey[] {
  const name = slice.metadata.labels?.["kubernetes.io/service-name"];
  const service = caches
    .byIndex("Service", "namespace", slice.metadata.namespace ?? "")
    .find((each) => each.metadata.name === name);
  if (service === undefined) return [];
  const selector = selectorOf(service);
  return inNamespace(caches, slice)
    .filter((workload) => selects(selector, labelsOfTemplate(workload)))
    .map(keyOf);
}

/** The group that an autoscaler scales, or those of the Deployment that it scales. */
function scaledBy(caches: Pick<Caches, "byIndex">, autoscaler: KubeObject): WorkloadKey[] {
  const target = scaleTargetOf(autoscaler);
  return inNamespace(caches, autoscaler)
    .filter((workload) => targetsOf(workload).includes(target))
    .map(keyOf);
}

function inNamespace(caches: Pick<Caches, "byIndex">, object: KubeObject): KubeObject[] {
  const namespace = object.metadata.namespace ?? "";
  return serverGroupKinds.flatMap((kind) => caches.byIndex(kind, "namespace", namespace));
}
