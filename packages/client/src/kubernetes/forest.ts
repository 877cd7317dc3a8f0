import type { KubernetesNode } from "@gennaker/contract/resources/kubernetes-tree.ts";

export type SectionName = "traffic" | "workloads" | "configuration" | "other";

/** A node at one place of the tree; it may stand at several. `percent`: the part of the traffic that comes this way. */
export type Branch = { node: KubernetesNode; percent: number | null; children: readonly Branch[] };
export type Section = { name: SectionName; branches: readonly Branch[] };

const entrances = new Set(["Ingress", "Service", "Gateway", "HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute"]);
const running = new Set([
  "Deployment",
  "ReplicaSet",
  "StatefulSet",
  "DaemonSet",
  "ReplicationController",
  "Job",
  "CronJob",
  "Pod",
]);
const settings = new Set(["ConfigMap", "Secret"]);
const sectionNames: readonly SectionName[] = ["traffic", "workloads", "configuration", "other"];

/**
 * Nodes as trees by what they are for: traffic from its entrance down to the Pods, workloads by owners, configuration, the
 * rest. Everything stands somewhere, whatever owners and ways say.
 */
export function forestOf(nodes: Iterable<KubernetesNode>): Section[] {
  const all = [...nodes];
  const byId = new Map(all.map((node) => [node.id, node]));
  const owned = new Map<string, KubernetesNode[]>();
  /** Who leads to a node, by ids. */
  const leaders = new Map<string, string[]>();
  for (const node of all) {
    const owner = node.owners.map((uid) => `${node.account}/${uid}`).find((id) => byId.has(id) && id !== node.id);
    if (owner !== undefined) append(owned, owner, node);
    for (const { uid } of node.leadsTo) append(leaders, `${node.account}/${uid}`, node.id);
  }
  const hasOwner = new Set([...owned.values()].flat().map(({ id }) => id));
  const placed = new Set<string>();

  const tree = (node: KubernetesNode, below: ReadonlySet<string>): Branch => {
    placed.add(node.id);
    const inside = new Set(below).add(node.id);
    const children = (owned.get(node.id) ?? []).filter(({ id }) => !inside.has(id));
    return { node, percent: null, children: sorted(children).map((child) => tree(child, inside)) };
  };
  const way = (node: KubernetesNode, percent: number | null, below: ReadonlySet<string>): Branch => {
    placed.add(node.id);
    const inside = new Set(below).add(node.id);
    const children = node.leadsTo.flatMap((next): Branch[] => {
      const found = byId.get(`${node.account}/${next.uid}`);
      return found === undefined || inside.has(found.id) ? [] : [way(found, next.percent, inside)];
    });
    return { node, percent, children };
  };

  const none: ReadonlySet<string> = new Set();
  const found: Record<SectionName, Branch[]> = { traffic: [], workloads: [], configuration: [], other: [] };
  const roots = sorted(all.filter(({ id }) => !hasOwner.has(id)));
  // A Service stands below what leads to it; one that its operator owns is an entrance all the same.
  for (const node of sorted(all.filter(isEntrance))) {
    if (!placed.has(node.id) && isStart(node.id, leaders)) found.traffic.push(way(node, null, none));
  }
  for (const node of roots) {
    if (isEntrance(node) && placed.has(node.id)) continue;
    // Reached EndpointSlices are below their Service; Pods are shown by their owners, too.
    if (node.kind === "EndpointSlice" && placed.has(node.id)) continue;
    found[sectionOf(node, owned)].push(tree(node, none));
  }
  // What is left owns itself in a circle.
  for (const node of sorted(all.filter(({ id }) => !placed.has(id)))) {
    if (!placed.has(node.id)) found[sectionOf(node, owned)].push(tree(node, none));
  }
  return sectionNames.map((name) => ({ name, branches: found[name] })).filter(({ branches }) => branches.length > 0);
}

const isEntrance = ({ kind, apiVersion }: KubernetesNode): boolean =>
  (entrances.has(kind) && !apiVersion.includes("knative.dev")) ||
  (kind === "VirtualService" && apiVersion.includes("istio.io"));

/** Nobody leads there; or only those that it leads to itself, in a circle. */
function isStart(start: string, leaders: ReadonlyMap<string, readonly string[]>): boolean {
  const seen = new Set<string>();
  const queue = [...(leaders.get(start) ?? [])];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    if (seen.has(id) || id === start) continue;
    seen.add(id);
    const above = leaders.get(id) ?? [];
    if (above.length === 0) return false;
    queue.push(...above);
  }
  return true;
}

function sectionOf(node: KubernetesNode, owned: ReadonlyMap<string, readonly KubernetesNode[]>): SectionName {
  if (running.has(node.kind)) return "workloads";
  if (settings.has(node.kind)) return "configuration";
  const seen = new Set<string>();
  const runs = ({ id, kind }: KubernetesNode): boolean => {
    if (seen.has(id)) return false;
    seen.add(id);
    return running.has(kind) || (owned.get(id) ?? []).some(runs);
  };
  return runs(node) ? "workloads" : "other";
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** By account, namespace, kind and name; versions of one thing newest first. */
function sorted(nodes: readonly KubernetesNode[]): KubernetesNode[] {
  return nodes.toSorted(
    (a, b) =>
      compare(a.account, b.account) ||
      compare(a.namespace ?? "", b.namespace ?? "") ||
      compare(a.kind, b.kind) ||
      compare(a.baseName, b.baseName) ||
      (b.sequence ?? 0) - (a.sequence ?? 0) ||
      compare(a.name, b.name),
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
