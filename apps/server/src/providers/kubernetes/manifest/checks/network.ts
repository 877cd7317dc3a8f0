import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { kindOf } from "../kinds.ts";
import { nameOf, namespaceOf, specOf, textsIn } from "../manifest.ts";
import type { DeployWarning, Surroundings, Workload } from "./surroundings.ts";
import { asObject, objectsIn, selectorSelects, textIn, warning } from "./surroundings.ts";

/** Network policies that keep the traffic of Services, Ingresses and routes from a workload, or name resolution from it. */
export function networkWarnings(workloads: readonly Workload[], around: Surroundings): DeployWarning[] {
  return workloads.flatMap((workload) => {
    const { namespace, labels } = workload;
    const policies = (around.list("networkPolicy", namespace) ?? []).filter((policy) =>
      selectorSelects(asObject(specOf(policy)["podSelector"]), labels),
    );
    const services = (around.list("service", namespace) ?? []).filter((service) => leadsTo(service, labels));
    return [
      ...services.flatMap((service) => ingressWarnings(workload, service, policies, around)),
      ...egressWarnings(workload, policies),
    ];
  });
}

function leadsTo(service: JsonObject, labels: Readonly<Record<string, string>>): boolean {
  const selector = Object.entries(textsIn(specOf(service)["selector"]));
  return selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
}

/** Ingress counts unless a policy says that it is about egress only. */
const isAbout = (policy: JsonObject, type: "Ingress" | "Egress"): boolean => {
  const types = specOf(policy)["policyTypes"];
  if (!Array.isArray(types)) return type === "Ingress" || specOf(policy)["egress"] !== undefined;
  return types.includes(type);
};

type Port = { number: number | null; name: string; protocol: string };

function ingressWarnings(
  workload: Workload,
  service: JsonObject,
  all: readonly JsonObject[],
  around: Surroundings,
): DeployWarning[] {
  const policies = all.filter((policy) => isAbout(policy, "Ingress"));
  if (policies.length === 0) return [];
  const { manifest, words } = workload;
  const names = policies.map(nameOf).toSorted().join(", ");
  const rules = policies.flatMap((policy) => objectsIn(specOf(policy)["ingress"]));
  const warnings: DeployWarning[] = [];
  for (const port of portsOf(service, workload)) {
    const shown = port.number ?? port.name;
    const open = rules.filter((rule) => letsPort(rule, port));
    if (open.length === 0) {
      const message =
        `The network policy ${names} lets nothing in to port ${shown} of ${words}, to which service ${nameOf(service)} leads: ` +
        "it will get no requests. Add an ingress rule for the port.";
      warnings.push(warning("network.serviceBlocked", manifest, message));
      continue;
    }
    const outside = outsideOf(service, around);
    if (outside === null || open.some((rule) => letsIn(rule, outside.by))) continue;
    const message =
      `The network policy ${names} lets only ${outside.by === "controller" ? "Pods of the same namespace" : "Pods"} in to port ${shown} of ${words}, ` +
      `and ${outside.words} brings requests from elsewhere: they will not arrive. ` +
      `Add a rule with ${outside.by === "controller" ? "a namespaceSelector for the controller's namespace" : "an ipBlock"}.`;
    warnings.push(warning("network.outsideBlocked", manifest, message));
  }
  return warnings;
}

/** The ports of the Pods that a Service leads to. */
function portsOf(service: JsonObject, { pod }: Workload): Port[] {
  const known = objectsIn(pod["containers"]).flatMap((container) => objectsIn(container["ports"]));
  return objectsIn(specOf(service)["ports"]).map((port): Port => {
    const target: Json = port["targetPort"] ?? port["port"] ?? null;
    const protocol = textIn(port["protocol"]) || "TCP";
    const named = known.find((one) => one["name"] === target || one["containerPort"] === target);
    const number = typeof target === "number" ? target : Number(named?.["containerPort"] ?? Number.NaN);
    return { number: Number.isFinite(number) ? number : null, name: textIn(named?.["name"] ?? target), protocol };
  });
}

function letsPort(rule: JsonObject, { number, name, protocol }: Port): boolean {
  const ports = objectsIn(rule["ports"]);
  if (ports.length === 0) return true;
  return ports.some((one) => {
    if ((textIn(one["protocol"]) || "TCP") !== protocol) return false;
    const { port, endPort } = one;
    if (port === undefined || port === null) return true;
    if (typeof port === "string") return port === name;
    if (number === null) return false;
    return typeof endPort === "number" ? number >= Number(port) && number <= endPort : number === port;
  });
}

/** How requests from outside the namespace come to a Service; null where only its neighbours ask it. */
function outsideOf(service: JsonObject, around: Surroundings): { words: string; by: "controller" | "address" } | null {
  const namespace = namespaceOf(service);
  const type = textIn(specOf(service)["type"]);
  if (type === "LoadBalancer" || type === "NodePort")
    return { words: `service ${nameOf(service)} of the type ${type}`, by: "address" };
  for (const kind of ["ingress", "HTTPRoute.gateway.networking.k8s.io", "GRPCRoute.gateway.networking.k8s.io"]) {
    const route = (around.list(kind, namespace) ?? []).find((one) => namesService(one, nameOf(service)));
    if (route !== undefined) return { words: `${kindOf(route)} ${nameOf(route)}`, by: "controller" };
  }
  return null;
}

/** Does an Ingress or a route name the Service as a backend? */
function namesService(route: JsonObject, service: string): boolean {
  const { rules, defaultBackend } = specOf(route);
  const named = (backend: JsonObject): boolean => asObject(backend["service"])["name"] === service;
  if (named(asObject(defaultBackend))) return true;
  return objectsIn(rules).some(
    (rule) =>
      objectsIn(asObject(rule["http"])["paths"]).some((path) => named(asObject(path["backend"]))) ||
      objectsIn(rule["backendRefs"]).some((backend) => backend["name"] === service),
  );
}

function letsIn(rule: JsonObject, by: "controller" | "address"): boolean {
  const from = objectsIn(rule["from"]);
  if (from.length === 0) return true;
  return from.some(
    (peer) => peer["ipBlock"] !== undefined || (by === "controller" && peer["namespaceSelector"] !== undefined),
  );
}

/** A policy on egress that forgets port 53 leaves Pods unable to resolve any name. */
function egressWarnings({ manifest, words }: Workload, all: readonly JsonObject[]): DeployWarning[] {
  const policies = all.filter((policy) => isAbout(policy, "Egress"));
  if (policies.length === 0) return [];
  const rules = policies.flatMap((policy) => objectsIn(specOf(policy)["egress"]));
  const dns = ["UDP", "TCP"].map((protocol): Port => ({ number: 53, name: "dns", protocol }));
  if (rules.some((rule) => dns.some((port) => letsPort(rule, port)))) return [];
  const names = policies.map(nameOf).toSorted().join(", ");
  const message =
    `The network policy ${names} lets ${words} out to no port 53: its Pods cannot resolve names. ` +
    "Add an egress rule for DNS (UDP and TCP 53).";
  return [warning("network.noDns", manifest, message)];
}
