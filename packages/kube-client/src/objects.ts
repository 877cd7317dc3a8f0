/** The part of `metadata` this client reads. Unknown fields are kept. */
export type ObjectMeta = {
  name?: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
  finalizers?: string[];
  managedFields?: unknown[];
  [field: string]: unknown;
};

export type OwnerReference = { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean };

/** Any object of the API server, as it came, with `apiVersion` and `kind` filled in for members of lists. */
export type KubeObject = { apiVersion: string; kind: string; metadata: ObjectMeta; [field: string]: unknown };

/** A kind in one version of its group: `{apiVersion: "apps/v1", kind: "Deployment"}`. */
export type KindRef = { apiVersion: string; kind: string };

/** One object. Without `namespace` a namespaced kind means the connection's own namespace. */
export type ObjectRef = KindRef & { name: string; namespace?: string | undefined };

export type WatchEventType = "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
export type WatchEvent = { type: WatchEventType; object: KubeObject };

/** Key of an object within its kind: `namespace/name`, or the name alone for cluster-wide kinds. */
export function objectKey(object: { metadata: ObjectMeta }): string {
  const { namespace, name } = object.metadata;
  return namespace === undefined || namespace === "" ? (name ?? "") : `${namespace}/${name ?? ""}`;
}

/** `apps/v1` → `{group: "apps", version: "v1"}`; the core group is the empty text. */
export function splitApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf("/");
  return slash === -1
    ? { group: "", version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
