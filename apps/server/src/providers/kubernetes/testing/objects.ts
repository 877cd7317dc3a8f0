import type { KubeObject, ObjectMeta } from "@gennaker/kube-client/objects.ts";

export function replicaSet(name: string, metadata: ObjectMeta = {}, replicas = 1): KubeObject {
  const labels = { app: "web" };
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name,
      namespace: "shop",
      uid: `uid-${name}`,
      generation: 1,
      creationTimestamp: "2026-01-01T00:00:00Z",
      ...metadata,
    },
    spec: {
      replicas,
      selector: { matchLabels: { app: "web" } },
      template: { metadata: { labels }, spec: { containers: [{ name: "web", image: "r.example/web:2.1" }] } },
    },
    status: {
      observedGeneration: 1,
      replicas,
      fullyLabeledReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
    },
  };
}

export function pod(
  name: string,
  owner: KubeObject,
  options: { ready?: boolean; status?: object; node?: string } = {},
): KubeObject {
  const { ready = true } = options;
  const { kind, apiVersion } = owner;
  const status = {
    phase: "Running",
    podIP: "198.18.0.1",
    startTime: "2026-01-01T00:00:01Z",
    conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
    containerStatuses: [
      { name: "web", ready, started: true, restartCount: 2, imageID: `r.example/web@sha256:${"a".repeat(64)}` },
    ],
  };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: owner.metadata.namespace ?? "",
      uid: `uid-${name}`,
      labels: { app: "web" },
      ownerReferences: [
        { apiVersion, kind, name: owner.metadata.name ?? "", uid: owner.metadata.uid ?? "", controller: true },
      ],
    },
    spec: {
      nodeName: options.node ?? "node-1",
      containers: [
        { name: "web", image: "r.example/web:2.1", env: [{ name: "A", value: "1" }], ports: [{ containerPort: 80 }] },
      ],
    },
    status: { ...status, ...options.status },
  };
}

export function serviceOf(name: string, selector: Record<string, string>): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "shop", uid: `uid-${name}`, labels: { app: "web" } },
    spec: { selector, clusterIP: "10.96.0.7", ports: [{ port: 80 }] },
  };
}

export function sliceOf(service: string, ...pods: string[]): KubeObject {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: `${service}-x`, namespace: "shop", labels: { "kubernetes.io/service-name": service } },
    endpoints: pods.map((name) => ({
      conditions: { ready: true },
      targetRef: { kind: "Pod", name, namespace: "shop" },
    })),
  };
}

export function ingressTo(name: string, service: string): KubeObject {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name, namespace: "shop", labels: { app: "web" } },
    spec: {
      rules: [{ http: { paths: [{ path: "/", backend: { service: { name: service, port: { number: 80 } } } }] } }],
    },
    status: { loadBalancer: { ingress: [{ hostname: "web.example.com" }] } },
  };
}

export function nodeIn(zone: string, name = "node-1"): KubeObject {
  return { apiVersion: "v1", kind: "Node", metadata: { name, labels: { "topology.kubernetes.io/zone": zone } } };
}
