import { setImmediate as nextTurn } from "node:timers/promises";
import type { KubernetesNode } from "@gennaker/contract/resources/kubernetes-tree.ts";
import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import { monikerOf } from "../inventory/moniker.ts";
import { relatedTo } from "../inventory/related.ts";
import { applicationOf } from "./belonging.ts";
import { configurationOf } from "./configuration.ts";
import { toNode } from "./node.ts";
import { createWorld, endpointShares, heldKinds, leadsTo, withOwned, type World } from "./world.ts";

export type TreeFilter = {
  application?: string | undefined;
  namespace?: string | undefined;
  /** What may be seen; asked for each object's application. */
  sees(application: string): boolean;
};

export type ReadTree = { nodes: Map<string, KubernetesNode>; truncated: boolean };

/** Nodes given at most: more of them are of no use to anybody at once. */
const mostNodes = 5_000;
/** Nodes made before the event loop is let go. */
const slice = 100;

/** The nodes of an account as they are now. It lets the event loop go now and then, so that large trees stall nobody. */
export async function readTree(
  account: { name: string; onlySpinnakerManaged: boolean },
  caches: World["caches"],
  further: readonly KubeObject[],
  filter: TreeFilter,
): Promise<ReadTree> {
  const world = createWorld(caches, further);
  const wanted = filter.application?.toLowerCase();
  const nodes = new Map<string, KubernetesNode>();
  let looked = 0;
  const found = candidates(world, wanted);
  const shares = endpointShares(
    world,
    found.filter(({ kind, metadata }) => kind === "Service" && inScope(metadata.namespace, filter)),
  );
  for (const object of found) {
    looked += 1;
    if (looked % slice === 0) await nextTurn();
    const { metadata } = object;
    if (metadata.uid === undefined || nodes.has(`${account.name}/${metadata.uid}`)) continue;
    if (!inScope(metadata.namespace, filter)) continue;
    if (account.onlySpinnakerManaged && !monikerOf(object).managed) continue;
    const application = applicationOf(object, world.owner);
    if ((wanted !== undefined && application !== wanted) || !filter.sees(application)) continue;
    if (nodes.size >= mostNodes) return { nodes, truncated: true };
    const node = toNode(object, {
      account: account.name,
      application,
      leadsTo: leadsTo(world, object),
      traffic: shares.get(metadata.uid) ?? [],
      uses: usesOf(world, object),
      health: caches.judge(object, { related: relatedTo(caches, object) }),
    });
    nodes.set(node.id, node);
  }
  return { nodes, truncated: false };
}

const inScope = (namespace: string | undefined, filter: TreeFilter): boolean =>
  filter.namespace === undefined || namespace === filter.namespace;

/** What may belong to the application, or everything; Pods last, so that what is cut off first are Pods. */
function candidates(world: World, application: string | undefined): KubeObject[] {
  const { caches, further } = world;
  if (application === undefined) return [...heldKinds.flatMap((kind) => caches.list(kind)), ...further].sort(podsLast);
  // What only its owners make part of it is found below them.
  const own = [
    ...indexedKinds.flatMap((kind) => caches.byIndex(kind, "application", application)),
    ...further.filter((object) => applicationOf(object, world.owner) === application),
    ...caches.list("Pod").filter((pod) => (pod.metadata.ownerReferences?.length ?? 0) === 0),
  ];
  return withOwned(world, own).sort(podsLast);
}

/** Kinds that the inventory finds by their application. */
const indexedKinds = heldKinds.filter((kind) => kind !== "Pod" && kind !== "EndpointSlice");

const podsLast = (a: KubeObject, b: KubeObject): number => Number(a.kind === "Pod") - Number(b.kind === "Pod");

const runs = new Set(["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod"]);

/** The ConfigMaps and Secrets that Pods of it read now: a set that is scaled to nothing reads none. */
function usesOf(world: World, object: KubeObject): string[] {
  if (!runs.has(object.kind) || isIdle(object)) return [];
  // Pods of a set read what its template says; that is told there.
  if (object.kind === "Pod" && (object.metadata.ownerReferences?.length ?? 0) > 0) return [];
  const namespace = object.metadata.namespace ?? "";
  return configurationOf(object).flatMap(({ kind, name }) => world.at(kind, namespace, name)?.metadata.uid ?? []);
}

function isIdle(object: KubeObject): boolean {
  const { replicas } = (object["spec"] ?? {}) as { replicas?: number };
  const status = (object["status"] ?? {}) as { replicas?: number };
  return object.kind === "ReplicaSet" && replicas === 0 && (status.replicas ?? 0) === 0;
}
