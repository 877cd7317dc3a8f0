import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import { backendsOf, record, records } from "../inventory/related.ts";

/** Where traffic goes on to: an object of a kind in a namespace. `percent` is null where the object does not say. */
export type Way = { kind: string; namespace: string; name: string; percent: number | null };

const routes = new Set(["HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute"]);

/** Where an Ingress, a route of the Gateway API or of Istio, or an EndpointSlice leads. Each target once. */
export function waysOf(object: KubeObject): Way[] {
  const namespace = object.metadata.namespace ?? "";
  const group = object.apiVersion.split("/")[0] ?? "";
  if (object.kind === "Ingress") {
    const names = backendsOf(object);
    return names.map((name) => ({ kind: "Service", namespace, name, percent: names.length === 1 ? 100 : null }));
  }
  if (group === "gateway.networking.k8s.io" && routes.has(object.kind)) {
    return split(
      records(record(object["spec"])["rules"]).map((rule) => records(rule["backendRefs"])),
      (ref) =>
        ref["kind"] === undefined || ref["kind"] === "Service"
          ? { namespace: String(ref["namespace"] ?? namespace), name: String(ref["name"] ?? "") }
          : null,
    );
  }
  if (object.kind === "VirtualService" && group.endsWith("istio.io")) {
    const spec = record(object["spec"]);
    const rules = ["http", "tcp", "tls"].flatMap((protocol) => records(spec[protocol]));
    return split(
      rules.map((rule) => records(rule["route"])),
      (ref) => serviceOfHost(String(record(ref["destination"])["host"] ?? ""), namespace),
      0,
    );
  }
  if (object.kind === "EndpointSlice") {
    return records(object["endpoints"]).flatMap((endpoint) => {
      const target = record(endpoint["targetRef"]);
      return target["kind"] === "Pod" ? [{ kind: "Pod", namespace, name: String(target["name"]), percent: null }] : [];
    });
  }
  return [];
}

/** The Gateways that a route of the Gateway API hangs on. */
export function gatewaysOf(route: KubeObject): { namespace: string; name: string }[] {
  if (!routes.has(route.kind)) return [];
  return records(record(route["spec"])["parentRefs"])
    .filter((ref) => ref["kind"] === undefined || ref["kind"] === "Gateway")
    .map((ref) => ({
      namespace: String(ref["namespace"] ?? route.metadata.namespace ?? ""),
      name: String(ref["name"] ?? ""),
    }));
}

/** Weights as parts of a hundred. Rules that split differently share no figure. `unweighted` is what a target without a weight counts. */
function split(
  rules: readonly Record<string, unknown>[][],
  targetOf: (ref: Record<string, unknown>) => { namespace: string; name: string } | null,
  unweighted = 1,
): Way[] {
  const shares = new Map<string, { way: Way; percents: Set<number> }>();
  const used = rules.filter((refs) => refs.length > 0);
  for (const refs of used) {
    const weights = refs.map((ref) => (refs.length === 1 ? 1 : Number(ref["weight"] ?? unweighted)));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    refs.forEach((ref, index) => {
      const target = targetOf(ref);
      if (target === null) return;
      const key = `${target.namespace}/${target.name}`;
      const known = shares.get(key) ?? {
        way: { kind: "Service", ...target, percent: null },
        percents: new Set<number>(),
      };
      known.percents.add(sum === 0 ? 0 : ((weights[index] ?? 0) / sum) * 100);
      shares.set(key, known);
    });
  }
  const same = used.length > 0 && [...shares.values()].every(({ percents }) => percents.size === 1);
  return [...shares.values()].map(({ way, percents }) => ({
    ...way,
    percent: same && everywhere(used, targetOf, shares.size) ? ([...percents][0] ?? null) : null,
  }));
}

/** Whether each rule leads to all of the targets. */
function everywhere(
  rules: readonly Record<string, unknown>[][],
  targetOf: (ref: Record<string, unknown>) => { namespace: string; name: string } | null,
  targets: number,
): boolean {
  return rules.every((refs) => {
    const keys = refs.flatMap((ref) => {
      const target = targetOf(ref);
      return target === null ? [] : [`${target.namespace}/${target.name}`];
    });
    return new Set(keys).size === targets;
  });
}

/** `web`, `web.shop`, `web.shop.svc.cluster.local`; other hosts are not in the cluster. */
function serviceOfHost(host: string, namespace: string): { namespace: string; name: string } | null {
  const [name = "", own = namespace, service = "svc"] = host.split(".");
  return name === "" || service !== "svc" ? null : { namespace: own, name };
}
