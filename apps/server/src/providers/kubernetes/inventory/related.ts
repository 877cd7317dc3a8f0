import { isRecord, type KubeObject } from "@gennaker/kube-client/objects.ts";
import type { Caches } from "./caches.ts";

/** The part of the copies that is asked here. */
export type RelatedSource = Pick<Caches, "byIndex" | "knows">;

const workloads = new Set(["ReplicaSet", "StatefulSet", "DaemonSet", "Job", "ReplicationController"]);

/** What is around an object: what it owns, the Services that lead to it, and their EndpointSlices. Events come apart. */
export function relatedTo(caches: RelatedSource, object: KubeObject): KubeObject[] {
  const namespace = object.metadata.namespace ?? "";
  if (object.kind === "Deployment") {
    const sets = ownedBy(caches, "ReplicaSet", object);
    const pods = sets.flatMap((set) => ownedBy(caches, "Pod", set));
    return [...sets, ...pods, ...trafficTo(caches, namespace, labelsOfTemplate(object))];
  }
  if (workloads.has(object.kind)) {
    return [...ownedBy(caches, "Pod", object), ...trafficTo(caches, namespace, labelsOfTemplate(object))];
  }
  if (object.kind === "Pod") return trafficTo(caches, namespace, object.metadata.labels ?? {});
  if (object.kind === "Service" && object.apiVersion === "v1") {
    const selector = selectorOf(object);
    const pods = caches.byIndex("Pod", "namespace", namespace).filter((pod) => selects(selector, pod.metadata.labels));
    return [...pods, ...slicesOf(caches, object)];
  }
  return [];
}

export function ownedBy(caches: RelatedSource, kind: string, owner: KubeObject): KubeObject[] {
  const { uid } = owner.metadata;
  return uid === undefined ? [] : caches.byIndex(kind, "owner", uid);
}

/** The Services of a namespace that select these labels. */
export function servicesOf(
  caches: RelatedSource,
  namespace: string,
  labels: Readonly<Record<string, string>>,
): KubeObject[] {
  return caches.byIndex("Service", "namespace", namespace).filter((service) => selects(selectorOf(service), labels));
}

/** The Ingresses of a namespace that lead to one of the Services. */
export function ingressesOf(caches: RelatedSource, namespace: string, services: ReadonlySet<string>): KubeObject[] {
  return caches
    .byIndex("Ingress", "namespace", namespace)
    .filter((ingress) => backendsOf(ingress).some((name) => services.has(name)));
}

/** The Services that an Ingress leads to. */
export function backendsOf(ingress: KubeObject): string[] {
  const spec = record(ingress["spec"]);
  const ofBackend = (backend: unknown): string[] => {
    const name = record(record(backend)["service"])["name"];
    return typeof name === "string" ? [name] : [];
  };
  const paths = records(spec["rules"]).flatMap((rule) => records(record(rule["http"])["paths"]));
  return [...new Set([...ofBackend(spec["defaultBackend"]), ...paths.flatMap((path) => ofBackend(path["backend"]))])];
}

export function labelsOfTemplate(workload: KubeObject): Record<string, string> {
  return record(record(record(record(workload["spec"])["template"])["metadata"])["labels"]) as Record<string, string>;
}

export function selectorOf(service: KubeObject): Record<string, string> {
  return record(record(service["spec"])["selector"]) as Record<string, string>;
}

/** An empty selector selects nothing: such Services have endpoints that somebody else writes. */
export function selects(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([name, value]) => labels?.[name] === value);
}

function trafficTo(caches: RelatedSource, namespace: string, labels: Readonly<Record<string, string>>): KubeObject[] {
  const services = servicesOf(caches, namespace, labels);
  return [...services, ...services.flatMap((service) => slicesOf(caches, service))];
}

/** A Service that selects but has no slice at all leads nowhere (yet): an empty one says so. */
function slicesOf(caches: RelatedSource, service: KubeObject): KubeObject[] {
  const { name = "", namespace = "" } = service.metadata;
  const slices = caches.byIndex("EndpointSlice", "service", `${namespace}/${name}`);
  if (slices.length > 0 || !caches.knows("EndpointSlice") || Object.keys(selectorOf(service)).length === 0)
    return slices;
  const labels = { "kubernetes.io/service-name": name };
  return [
    { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", metadata: { name, namespace, labels }, endpoints: [] },
  ];
}

export function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

export function records(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
