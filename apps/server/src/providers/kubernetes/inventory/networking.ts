import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import type { Health } from "../../port/api.ts";
import type { Caches } from "./caches.ts";
import { fullName, monikerOf } from "./moniker.ts";
import { backendsOf, labelsOfTemplate, record, relatedTo, selectorOf, selects } from "./related.ts";
import { healthOf, serverGroupKinds } from "./server-group.ts";

/** A Service or an Ingress with the server groups it leads to. Names are `kind name`. */
export type KubernetesLoadBalancer = {
  account: string;
  region: string;
  name: string;
  application: string;
  serverGroups: string[];
  /** Of an Ingress: the Services it leads to. */
  services: string[];
  /** Addresses by which it is reached, as far as the cluster tells. */
  addresses: string[];
  health: Health;
};

export type NetworkPolicy = {
  account: string;
  region: string;
  name: string;
  application: string;
  /** The server groups whose Pods it selects; an empty selector means all of the namespace. */
  serverGroups: string[];
  policyTypes: string[];
};

type Source = Pick<Caches, "byIndex" | "get" | "knows" | "judge">;

export function toLoadBalancer(account: string, caches: Source, object: KubeObject): KubernetesLoadBalancer {
  const services = object.kind === "Ingress" ? servicesOf(caches, object) : [object];
  const groups = services.flatMap((service) =>
    groupsSelectedBy(caches, service.metadata.namespace, selectorOf(service)),
  );
  return {
    account,
    region: object.metadata.namespace ?? "",
    name: fullName(object),
    application: monikerOf(object).application,
    serverGroups: [...new Set(groups)].sort(),
    services: object.kind === "Ingress" ? services.map(fullName) : [],
    addresses: addressesOf(object),
    health: healthOf(caches.judge(object, { related: relatedTo(caches, object) })),
  };
}

export function toNetworkPolicy(account: string, caches: Source, policy: KubeObject): NetworkPolicy {
  const spec = record(policy["spec"]);
  const selector = record(record(spec["podSelector"])["matchLabels"]) as Record<string, string>;
  const types = spec["policyTypes"];
  return {
    account,
    region: policy.metadata.namespace ?? "",
    name: fullName(policy),
    application: monikerOf(policy).application,
    serverGroups: groupsSelectedBy(caches, policy.metadata.namespace, selector, true).sort(),
    policyTypes: Array.isArray(types) ? types.map(String) : ["Ingress"],
  };
}

function servicesOf(caches: Source, ingress: KubeObject): KubeObject[] {
  const namespace = ingress.metadata.namespace ?? "";
  return backendsOf(ingress).flatMap((name) => caches.get("Service", namespace, name) ?? []);
}

function groupsSelectedBy(
  caches: Source,
  namespace: string | undefined,
  selector: Readonly<Record<string, string>>,
  emptyMeansAll = false,
): string[] {
  const all = emptyMeansAll && Object.keys(selector).length === 0;
  return serverGroupKinds
    .flatMap((kind) => caches.byIndex(kind, "namespace", namespace ?? ""))
    .filter((workload) => all || selects(selector, labelsOfTemplate(workload)))
    .map(fullName);
}

function addressesOf(object: KubeObject): string[] {
  const ingress = record(record(object["status"])["loadBalancer"])["ingress"];
  const external = (Array.isArray(ingress) ? ingress : []).flatMap((each) => {
    const { hostname, ip } = record(each);
    return [hostname, ip].filter((value): value is string => typeof value === "string");
  });
  const own = record(object["spec"])["clusterIP"];
  return external.length > 0 || typeof own !== "string" || own === "None" ? external : [own];
}
