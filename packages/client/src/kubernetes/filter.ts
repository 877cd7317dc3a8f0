import type { KubernetesNode } from "@gennaker/contract/resources/kubernetes-tree.ts";
import type { Branch, Section } from "./forest.ts";

export type HealthState = KubernetesNode["health"]["state"];
export type TreeFilter = {
  /** Words that must all stand in the name, kind, version, labels of traffic or the reason. */
  text?: string | undefined;
  kind?: string | undefined;
  state?: HealthState | undefined;
  namespace?: string | undefined;
};

export function isFiltering({ text = "", kind, state, namespace }: TreeFilter): boolean {
  return text.trim() !== "" || kind !== undefined || state !== undefined || namespace !== undefined;
}

/** Whether a node itself is wanted. */
export function matches(node: KubernetesNode, filter: TreeFilter): boolean {
  if (filter.kind !== undefined && node.kind.toLowerCase() !== filter.kind.toLowerCase()) return false;
  if (filter.state !== undefined && node.health.state !== filter.state) return false;
  if (filter.namespace !== undefined && node.namespace !== filter.namespace) return false;
  const words = (filter.text ?? "")
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return true;
  const text = [
    `${node.kind} ${node.name} ${node.namespace ?? ""} ${node.account} ${node.version} ${node.health.message}`,
    ...node.health.signs.map((sign) => sign.code),
  ]
    .join(" ")
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

/** Sections with what is wanted and the way down to it. */
export function filterForest(sections: readonly Section[], filter: TreeFilter): Section[] {
  if (!isFiltering(filter)) return [...sections];
  const kept = (branch: Branch): Branch[] => {
    const children = branch.children.flatMap(kept);
    return children.length > 0 || matches(branch.node, filter) ? [{ ...branch, children }] : [];
  };
  return sections
    .map(({ name, branches }) => ({ name, branches: branches.flatMap(kept) }))
    .filter(({ branches }) => branches.length > 0);
}

/** How many nodes are in each state, worst first; states of nobody are left out. */
export function stateCounts(nodes: Iterable<KubernetesNode>): [HealthState, number][] {
  const counts = new Map<HealthState, number>();
  for (const { health } of nodes) counts.set(health.state, (counts.get(health.state) ?? 0) + 1);
  return worstFirst.flatMap((state): [HealthState, number][] => {
    const n = counts.get(state);
    return n === undefined ? [] : [[state, n]];
  });
}

export const worstFirst: readonly HealthState[] = ["failed", "progressing", "paused", "unknown", "stable"];
