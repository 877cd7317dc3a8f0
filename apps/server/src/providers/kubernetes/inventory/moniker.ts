import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import { annotation } from "../manifest/annotations.ts";
import { kindOf } from "../manifest/kinds.ts";

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

/** In this order, where no annotation names the application. */
const applicationLabels = ["app.kubernetes.io/part-of", "app.kubernetes.io/name", "app", "k8s-app"];

/**
 * Spinnaker's annotations go first, then labels, then the name read by Frigga's rule (`app-stack-detail-vNNN`).
 * Application names are lower-case.
 */
export function monikerOf(object: KubeObject): KubernetesMoniker {
  const annotations = object.metadata.annotations ?? {};
  const parts = friggaParts(unversionedName(object));
  const annotated = annotations[annotation.application];
  return {
    application: (annotated ?? labelledApplication(object) ?? parts.application).toLowerCase(),
    cluster: annotations[annotation.cluster] ?? `${spinnakerKind(object)} ${unversionedName(object)}`,
    stack: annotations[annotation.stack] ?? (annotated === undefined ? parts.stack : ""),
    detail: annotations[annotation.detail] ?? (annotated === undefined ? parts.detail : ""),
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

/** Spinnaker's name of an object's kind. */
export const spinnakerKind = ({ apiVersion, kind }: Pick<KubeObject, "apiVersion" | "kind">): string =>
  kindOf({ apiVersion, kind });

/** Clouddriver's own annotation: such an object is not shown, though what is around it is judged with it. */
export const isIgnored = (object: KubeObject): boolean =>
  object.metadata.annotations?.["caching.spinnaker.io/ignore"]?.toLowerCase() === "true";

const versioned = /^(.+)-v(\d{3,})$/;

function unversionedName(object: KubeObject): string {
  const name = object.metadata.annotations?.[annotation.artifactName];
  if (name !== undefined) return name;
  return versioned.exec(object.metadata.name ?? "")?.[1] ?? object.metadata.name ?? "";
}

/** The number of `vNNN`, as written or as in the name; a Deployment's ReplicaSets have its revision. */
function sequenceOf(object: KubeObject): number | null {
  const annotations = object.metadata.annotations ?? {};
  const inName = versioned.exec(object.metadata.name ?? "")?.[2];
  const texts = [
    object.metadata.labels?.[annotation.sequence],
    annotations[annotation.sequence],
    inName,
    annotations[annotation.deploymentRevision],
  ];
  for (const text of texts) if (text !== undefined && /^\d+$/.test(text)) return Number(text);
  return null;
}

function friggaParts(name: string): { application: string; stack: string; detail: string } {
  const [application = "", stack = "", ...rest] = name.split("-");
  return { application, stack, detail: rest.join("-") };
}
