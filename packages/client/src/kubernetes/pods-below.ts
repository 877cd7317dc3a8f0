import type { KubernetesNode } from "@gennaker/contract/resources/kubernetes-tree.ts";

/** The Pods below a node, itself included; those that need a look first, then the youngest. */
export function podsBelow(node: KubernetesNode, all: Iterable<KubernetesNode>): KubernetesNode[] {
  const list = [...all];
  const inside = new Set([node.uid]);
  let size = 0;
  while (size !== inside.size) {
    size = inside.size;
    for (const each of list)
      if (each.account === node.account && each.owners.some((owner) => inside.has(owner))) inside.add(each.uid);
  }
  const rank = ({ health }: KubernetesNode) => (health.state === "failed" ? 0 : health.state === "stable" ? 2 : 1);
  return list
    .filter(({ kind, account, uid }) => kind === "Pod" && account === node.account && inside.has(uid))
    .toSorted((a, b) => rank(a) - rank(b) || (b.createdAt ?? "").localeCompare(a.createdAt ?? ""));
}
