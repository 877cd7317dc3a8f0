import type { KubernetesNode } from "@gennaker/contract/resources/kubernetes-tree.ts";

/** A node of the account `prod`, healthy and alone unless something else is said. Its uid is its kind and name. */
export function node(kind: string, name: string, more: Partial<KubernetesNode> = {}): KubernetesNode {
  const uid = `${kind} ${name}`;
  return {
    id: `prod/${uid}`,
    account: "prod",
    uid,
    apiVersion: "v1",
    kind,
    name,
    manifestName: `${kind.slice(0, 1).toLowerCase()}${kind.slice(1)} ${name}`,
    namespace: "shop",
    application: "shop",
    cluster: uid,
    createdAt: "2026-01-01T00:00:00.000Z",
    deleting: false,
    owners: [],
    leadsTo: [],
    traffic: [],
    uses: [],
    baseName: name.replace(/-v\d+$/, ""),
    sequence: /-v(\d+)$/.exec(name) === null ? null : Number(/-v(\d+)$/.exec(name)?.[1]),
    version: "",
    replicas: null,
    containers: kind === "Pod" ? ["web"] : [],
    paused: false,
    health: { state: "stable", message: "fine", signs: [], decidedBy: { source: "kind", rule: kind } },
    ...more,
  };
}

const way = (uid: string, percent: number | null = null) => ({ uid, percent });

/** An application with two versions, its traffic and configuration; `pods` of the newer one. */
export function shopNodes(pods = 2): KubernetesNode[] {
  const names = Array.from({ length: pods }, (_, index) => `web-2-${index}`);
  return [
    node("Ingress", "front", { leadsTo: [way("Service web", 100)] }),
    node("Service", "web", { leadsTo: [way("EndpointSlice web-x")] }),
    node("EndpointSlice", "web-x", { owners: ["Service web"], leadsTo: names.map((name) => way(`Pod ${name}`)) }),
    node("Deployment", "web", { version: "2.1", replicas: { ready: pods, desired: pods } }),
    node("ReplicaSet", "web-1", { owners: ["Deployment web"], replicas: { ready: 0, desired: 0 }, version: "2.0" }),
    node("ReplicaSet", "web-2", {
      owners: ["Deployment web"],
      replicas: { ready: pods, desired: pods },
      version: "2.1",
      uses: ["ConfigMap settings-v001"],
      traffic: [{ service: "web", percent: 100 }],
    }),
    ...names.map((name) => node("Pod", name, { owners: ["ReplicaSet web-2"], version: "2.1" })),
    node("ConfigMap", "settings-v000"),
    node("ConfigMap", "settings-v001"),
    node("ServiceAccount", "robot"),
  ];
}
