import type { GivenObject } from "./with-kubeconfig.ts";

const application = { "moniker.spinnaker.io/application": "shop" };
const created = "2026-01-01T00:00:00Z";

/** An application as a cluster holds it: two versions behind a Service and an Ingress, with versioned configuration. */
export function shopObjects(options: { pods?: number; namespace?: string } = {}): GivenObject[] {
  const { pods = 2, namespace = "shop" } = options;
  const metadata = (name: string, more: object = {}) => ({
    name,
    namespace,
    uid: `uid-${name}`,
    generation: 1,
    creationTimestamp: created,
    ...more,
  });
  const labels = { app: "web" };
  const owned = (kind: string, apiVersion: string, name: string) => ({
    ownerReferences: [{ apiVersion, kind, name, uid: `uid-${name}`, controller: true }],
  });
  const template = (version: string, settings: string) => ({
    metadata: { labels },
    spec: {
      containers: [
        {
          name: "web",
          image: `r.example/web:${version}`,
          envFrom: [{ configMapRef: { name: settings } }],
          ports: [{ containerPort: 80 }],
        },
      ],
      volumes: [{ name: "keys", secret: { secretName: "keys-v000" } }],
    },
  });
  const set = (name: string, version: string, settings: string, replicas: number, revision: string): GivenObject => ({
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: metadata(name, {
      labels,
      annotations: { ...application, "deployment.kubernetes.io/revision": revision },
      ...owned("Deployment", "apps/v1", "web"),
    }),
    spec: { replicas, selector: { matchLabels: labels }, template: template(version, settings) },
    status: counts(replicas),
  });
  const counts = (n: number) => ({
    observedGeneration: 1,
    replicas: n,
    updatedReplicas: n,
    readyReplicas: n,
    availableReplicas: n,
    fullyLabeledReplicas: n,
  });
  const pod = (index: number): GivenObject => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: metadata(`web-2-${index}`, { labels, ...owned("ReplicaSet", "apps/v1", "web-2") }),
    spec: { nodeName: "node-1", containers: [{ name: "web", image: "r.example/web:2.1" }] },
    status: {
      phase: "Running",
      podIP: "198.18.0.1",
      startTime: created,
      conditions: [{ type: "Ready", status: "True" }],
      containerStatuses: [{ name: "web", ready: true, started: true, restartCount: 0, state: { running: {} } }],
    },
  });
  const names = Array.from({ length: pods }, (_, index) => `web-2-${index}`);
  return [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: metadata("web", { annotations: application }),
      spec: { replicas: pods, selector: { matchLabels: labels }, template: template("2.1", "settings-v001") },
      status: { ...counts(pods), conditions: [{ type: "Available", status: "True" }] },
    },
    set("web-1", "2.0", "settings-v000", 0, "1"),
    set("web-2", "2.1", "settings-v001", pods, "2"),
    ...names.map((_, index) => pod(index)),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: metadata("web", { uid: "uid-service", annotations: application, labels }),
      spec: { selector: labels, clusterIP: "10.96.0.7", ports: [{ port: 80 }] },
    },
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: metadata("web-x", {
        labels: { "kubernetes.io/service-name": "web", ...labels },
        ownerReferences: [{ apiVersion: "v1", kind: "Service", name: "web", uid: "uid-service", controller: true }],
      }),
      addressType: "IPv4",
      ports: [],
      endpoints: names.map((name) => ({
        addresses: ["198.18.0.1"],
        conditions: { ready: true },
        targetRef: { kind: "Pod", name, namespace },
      })),
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: metadata("front", { annotations: application }),
      spec: { defaultBackend: { service: { name: "web", port: { number: 80 } } } },
      status: { loadBalancer: { ingress: [{ hostname: "shop.example.com" }] } },
    },
    ...["settings-v000", "settings-v001"].map((name, index) => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: metadata(name, { annotations: { ...application, "artifact.spinnaker.io/name": "settings" } }),
      data: { greeting: `hello ${index}` },
    })),
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: metadata("keys-v000", { annotations: { ...application, "artifact.spinnaker.io/name": "keys" } }),
      type: "Opaque",
      data: { password: Buffer.from("hunter2").toString("base64") },
    },
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: metadata("other", { annotations: { "moniker.spinnaker.io/application": "other" } }),
      data: {},
    },
  ];
}
