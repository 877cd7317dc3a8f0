import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import type { Caches } from "../inventory/caches.ts";
import { ownedBy, record, records } from "../inventory/related.ts";
import { ownerOf, type FindOwner } from "./belonging.ts";
import { gatewaysOf, waysOf, type Way } from "./ways.ts";

/** Everything of one account that a tree is made of: the inventory's copies, and what is held beside them. */
export type World = {
  caches: Pick<Caches, "list" | "byIndex" | "get" | "knows" | "judge">;
  further: readonly KubeObject[];
  at(kind: string, namespace: string, name: string): KubeObject | undefined;
  owner: FindOwner;
};

/** Kinds of the inventory that stand in a tree, workloads before their Pods. */
export const heldKinds = [
  "Ingress",
  "Service",
  "Deployment",
  "StatefulSet",
  "DaemonSet",
  "ReplicaSet",
  "EndpointSlice",
  "NetworkPolicy",
  "Pod",
] as const;

export function createWorld(caches: World["caches"], further: readonly KubeObject[]): World {
  const places = new Map<string, KubeObject>();
  for (const object of further)
    places.set(placeOf(object.kind, object.metadata.namespace, object.metadata.name), object);
  const known: ReadonlySet<string> = new Set(heldKinds);
  const at: World["at"] = (kind, namespace, name) =>
    known.has(kind) ? caches.get(kind, namespace, name) : places.get(placeOf(kind, namespace, name));
  return {
    caches,
    further,
    at,
    owner: ({ kind, name }, namespace = "") => at(kind, namespace, name) ?? at(kind, "", name),
  };
}

const placeOf = (kind: string, namespace = "", name = ""): string => `${kind} ${namespace}/${name}`;

/** The uids that an object leads to, without what does not exist. A Gateway leads to the routes that hang on it. */
export function leadsTo(world: World, object: KubeObject): { uid: string; percent: number | null }[] {
  const { name = "", namespace = "" } = object.metadata;
  if (object.kind === "Gateway") {
    return world.further
      .filter((route) => gatewaysOf(route).some((each) => each.name === name && each.namespace === namespace))
      .flatMap(({ metadata: { uid } }) => (uid === undefined ? [] : [{ uid, percent: null }]));
  }
  const ways: Way[] =
    object.kind === "Service" && object.apiVersion === "v1"
      ? world.caches
          .byIndex("EndpointSlice", "service", `${namespace}/${name}`)
          .map((slice) => ({ kind: "EndpointSlice", namespace, name: slice.metadata.name ?? "", percent: null }))
      : waysOf(object);
  return ways.flatMap((way) => {
    const uid = world.at(way.kind, way.namespace, way.name)?.metadata.uid;
    return uid === undefined ? [] : [{ uid, percent: way.percent === null ? null : rounded(way.percent) }];
  });
}

/**
 * What part of each Service's ready endpoints every workload's Pods are, by the workload's uid: the share of requests that
 * it gets where a Service spreads them evenly, which all proxies do by default.
 */
export function endpointShares(
  world: World,
  services: readonly KubeObject[],
): Map<string, { service: string; percent: number }[]> {
  const shares = new Map<string, { service: string; percent: number }[]>();
  for (const service of services) {
    const { name = "", namespace = "" } = service.metadata;
    const counts = new Map<string, number>();
    let all = 0;
    for (const slice of world.caches.byIndex("EndpointSlice", "service", `${namespace}/${name}`)) {
      for (const endpoint of records(slice["endpoints"])) {
        if (record(endpoint["conditions"])["ready"] === false) continue;
        all += 1;
        const pod = world.caches.get("Pod", namespace, String(record(endpoint["targetRef"])["name"] ?? ""));
        for (const uid of controllersOf(world, pod)) counts.set(uid, (counts.get(uid) ?? 0) + 1);
      }
    }
    for (const [uid, count] of counts) {
      const list = shares.get(uid) ?? [];
      list.push({ service: name, percent: rounded((count / all) * 100) });
      shares.set(uid, list);
    }
  }
  return shares;
}

/** The controllers above a Pod, nearest first. */
function controllersOf(world: World, pod: KubeObject | undefined): string[] {
  const chain: string[] = [];
  for (let at = pod; at !== undefined && chain.length < 8;) {
    const owner = ownerOf(at);
    if (owner === undefined) break;
    chain.push(owner.uid);
    at = world.owner(owner, at.metadata.namespace);
  }
  return chain;
}

/** Everything that the objects own, EndpointSlices of Services too, level by level, themselves first. */
export function withOwned(world: World, seeds: readonly KubeObject[]): KubeObject[] {
  const found = new Map<string, KubeObject>();
  const queue = [...seeds];
  for (let object = queue.shift(); object !== undefined; object = queue.shift()) {
    const uid = object.metadata.uid ?? `${object.kind} ${object.metadata.namespace}/${object.metadata.name}`;
    if (found.has(uid)) continue;
    found.set(uid, object);
    for (const kind of ["ReplicaSet", "StatefulSet", "DaemonSet", "Deployment", "Pod"])
      queue.push(...ownedBy(world.caches, kind, object));
    if (object.kind === "Service") {
      const { namespace = "", name = "" } = object.metadata;
      queue.push(...world.caches.byIndex("EndpointSlice", "service", `${namespace}/${name}`));
    }
  }
  return [...found.values()];
}

const rounded = (percent: number): number => Math.round(percent * 10) / 10;
