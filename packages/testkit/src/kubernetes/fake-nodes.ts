type NodeStatus = {
  metadata?: { name?: string };
  status?: { conditions?: { type: string; status: string }[] };
};

export function isReady(node: NodeStatus): boolean {
  return node.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") === true;
}

/** The nodes of a list's text that are ready, by name. */
export function readyNodes(list: string): string[] {
  const { items } = JSON.parse(list) as { items: NodeStatus[] };
  return items.filter(isReady).map(({ metadata }) => metadata?.name ?? "");
}

/** A node that KWOK plays. Tainted (`kwok`), only Pods that tolerate it go there. */
export function fakeNode(at: number, tainted: boolean): object {
  const name = `fake-${at}`;
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      annotations: { "kwok.x-k8s.io/node": "fake" },
      labels: {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "topology.kubernetes.io/zone": `zone-${"abc"[at % 3]}`,
      },
    },
    ...(tainted ? { spec: { taints: [{ key: "kwok", effect: "NoSchedule" }] } } : {}),
  };
}
