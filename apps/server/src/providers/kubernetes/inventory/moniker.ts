import type { KubeObject } from "@gennaker/kube-client/objects.ts";

/** Whom an object belongs to, in Spinnaker's words. `cluster` is `kind name` unless it is written on the object. */
export type KubernetesMoniker = {
  application: string;
  cluster: string;
  stack: string;
  detail: string;
  sequence: number | null;
  /** Whether the application is written on the object; otherwise it was concluded from labels or the name. */
  managed: boolean;
};

const prefix = "moniker.spinnaker.io/";
/** In this order, where no annotation names the application. */
const applicationLabels = ["app.kubernetes.io/part-of", "app.kubernetes.io/name", "app", "k8s-app"];

/**
 * Spinnaker's annotations go first, then labels, then the name read by Frigga's rule (`app-stack-detail-vNNN`).
 * Application names are lower-case.
 */
export function monikerOf(object: KubeObject): KubernetesMoniker {
  const annotations = object.metadata.annotations ?? {};
  const parts = friggaParts(unversionedName(object));
  const annotated = annotations[`${prefix}application`];
  return {
    application: (annotated ?? labelledApplication(object) ?? parts.application).toLowerCase(),
    cluster: annotations[`${prefix}cluster`] ?? `${spinnakerKind(object)} ${unversionedName(object)}`,
    stack: annotations[`${prefix}stack`] ?? (annotated === undefined ? parts.stack : ""),
    detail: annotations[`${prefix}detail`] ?? (annotated === undefined ? parts.detail : ""),
    sequence: sequenceOf(object),
    managed: annotated !== undefined,
  };
}

/** The application that a label names, where one does. */
export function labelledApplication(object: KubeObject): string | undefined {
  const labels = object.metadata.labels ?? {};
  return applicationLabels.map((name) => labels[name]).find((value) => value !== undefined && value !== "");
}

/** `replicaSet web-v000`, `CronTab.stable.example.com nightly`: how Spinnaker names an object. */
export function fullName(object: KubeObject): string {
  return `${spinnakerKind(object)} ${object.metadata.name ?? ""}`;
}

/** Built-in kinds begin with a small letter; kinds of other groups carry the group. */
export function spinnakerKind(object: Pick<KubeObject, "apiVersion" | "kind">): string {
  const slash = object.apiVersion.indexOf("/");
  const group = slash === -1 ? "" : object.apiVersion.slice(0, slash);
  return isBuiltIn(group)
    ? `${object.kind.slice(0, 1).toLowerCase()}${object.kind.slice(1)}`
    : `${object.kind}.${group}`;
}

/** Groups that Kubernetes itself serves: the core, those without a dot, and those of `k8s.io` that it knows. */
function isBuiltIn(group: string): boolean {
  return !group.includes(".") || builtInGroups.has(group);
}

const builtInGroups = new Set(
  [
    "admissionregistration",
    "apiextensions",
    "apiregistration",
    "authentication",
    "authorization",
    "certificates",
    "coordination",
    "discovery",
    "events",
    "flowcontrol.apiserver",
    "networking",
    "node",
    "rbac.authorization",
    "resource",
    "scheduling",
    "storage",
  ].map((group) => `${group}.k8s.io`),
);

const versioned = /^(.+)-v(\d{3,})$/;

function unversionedName(object: KubeObject): string {
  const name = object.metadata.annotations?.["artifact.spinnaker.io/name"];
  if (name !== undefined) return name;
  return versioned.exec(object.metadata.name ?? "")?.[1] ?? object.metadata.name ?? "";
}

/** The number of `vNNN`, as written or as in the name; a Deployment's ReplicaSets have its revision. */
function sequenceOf(object: KubeObject): number | null {
  const annotations = object.metadata.annotations ?? {};
  const inName = versioned.exec(object.metadata.name ?? "")?.[2];
  const texts = [
    object.metadata.labels?.[`${prefix}sequence`],
    annotations[`${prefix}sequence`],
    inName,
    annotations["deployment.kubernetes.io/revision"],
  ];
  for (const text of texts) if (text !== undefined && /^\d+$/.test(text)) return Number(text);
  return null;
}

function friggaParts(name: string): { application: string; stack: string; detail: string } {
  const [application = "", stack = "", ...rest] = name.split("-");
  return { application, stack, detail: rest.join("-") };
}
