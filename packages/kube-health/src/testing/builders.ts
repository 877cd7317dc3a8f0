/** Small manifests for tests: only the fields a test names, with the identity every object has. */
export type Fields = Readonly<Record<string, unknown>>;

export const object = (apiVersion: string, kind: string, fields: Fields = {}, name = "web"): Fields => ({
  apiVersion,
  kind,
  metadata: { name, namespace: "shop" },
  ...fields,
});

export const deployment = (spec: Fields, status: Fields, metadata: Fields = {}): Fields =>
  object("apps/v1", "Deployment", {
    metadata: { name: "web", namespace: "shop", uid: "d", generation: 2, ...metadata },
    spec: { selector: { matchLabels: { app: "web" } }, ...spec },
    status: { observedGeneration: 2, ...status },
  });

export const replicaSet = (name: string, revision: number, status: Fields = {}): Fields =>
  object("apps/v1", "ReplicaSet", {
    metadata: {
      name,
      namespace: "shop",
      uid: name,
      annotations: { "deployment.kubernetes.io/revision": String(revision) },
      ownerReferences: [{ kind: "Deployment", name: "web", uid: "d" }],
    },
    status,
  });

export const pod = (name: string, owner: string, status: Fields, spec: Fields = {}): Fields =>
  object("v1", "Pod", {
    metadata: {
      name,
      namespace: "shop",
      uid: `uid-${name}`,
      labels: { app: "web" },
      ownerReferences: [{ kind: "ReplicaSet", name: owner, uid: owner }],
    },
    spec,
    status,
  });

export const ready: Fields = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };

export const waiting = (reason: string, message = ""): Fields => ({
  phase: "Pending",
  containerStatuses: [{ name: "app", image: "shop/web:2", restartCount: 3, state: { waiting: { reason, message } } }],
});

export const warning = (
  kind: string,
  name: string,
  reason: string,
  message: string,
  lastTimestamp = "2026-01-01T00:00:00Z",
) =>
  object(
    "v1",
    "Event",
    { type: "Warning", reason, message, lastTimestamp, involvedObject: { kind, name } },
    `${name}.1`,
  );

export const condition = (type: string, status: string, reason = "", message = "") => ({
  type,
  status,
  reason,
  message,
});
