import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { kindOf, sameKind } from "../kinds.ts";
import { fullNameOf, labelsOf, nameOf, namespaceOf, replicasOf, specOf, textsIn } from "../manifest.ts";

/** Something to know before a deploy: what would happen, and what to do. It stops nothing. */
export type DeployWarning = {
  /** area.what, e.g. `volume.readWriteOnce` */
  code: string;
  message: string;
  object: { kind: string; name: string; namespace: string | null };
};

/** What is, or will be, in the cluster. Null and undefined: not known, so nothing is concluded from it. */
export type Surroundings = {
  /** All of a kind in a namespace; "" for cluster-wide kinds. */
  list(kind: string, namespace: string): readonly JsonObject[] | null;
  /** Null where it does not exist, undefined where that is not known. */
  object(kind: string, namespace: string, name: string): JsonObject | null | undefined;
};

/** Something that runs pods, as it will be. */
export type Workload = {
  manifest: JsonObject;
  words: string;
  namespace: string;
  replicas: number;
  pod: JsonObject;
  labels: Record<string, string>;
};

export const asObject = (value: Json | undefined): JsonObject =>
  isJsonObject(value ?? null) ? (value as JsonObject) : {};
export const objectsIn = (value: Json | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter((item) => isJsonObject(item)) : [];
export const textIn = (value: Json | undefined): string => (typeof value === "string" ? value : "");

export function warning(code: string, manifest: JsonObject, message: string): DeployWarning {
  const namespace = namespaceOf(manifest);
  return {
    code,
    message,
    object: { kind: String(manifest["kind"]), name: nameOf(manifest), namespace: namespace === "" ? null : namespace },
  };
}

/** The workloads among manifests, with their pods' spec and labels. */
export function workloadsIn(manifests: readonly JsonObject[]): Workload[] {
  return manifests.flatMap((manifest): Workload[] => {
    const template = templateOf(manifest);
    if (template === null) return [];
    const labels = kindOf(manifest) === "pod" ? labelsOf(manifest) : textsIn(asObject(template["metadata"])["labels"]);
    return [
      {
        manifest,
        words: fullNameOf(manifest),
        namespace: namespaceOf(manifest),
        replicas: replicasOf(manifest) ?? 1,
        pod: asObject(template["spec"]),
        labels,
      },
    ];
  });
}

function templateOf(manifest: JsonObject): JsonObject | null {
  const kind = kindOf(manifest);
  if (kind === "pod") return manifest;
  const spec = kind === "cronJob" ? asObject(asObject(specOf(manifest)["jobTemplate"])["spec"]) : specOf(manifest);
  const template = asObject(spec["template"]);
  return isJsonObject(template["spec"] ?? null) ? template : null;
}

export function containersOf(pod: JsonObject): JsonObject[] {
  return [...objectsIn(pod["initContainers"]), ...objectsIn(pod["containers"])];
}

/** The cluster as it will be once these manifests are there. */
export function withPlanned(cluster: Surroundings, planned: readonly JsonObject[]): Surroundings {
  const here = (kind: string, namespace: string) => (manifest: JsonObject) =>
    sameKind(kindOf(manifest), kind) && (namespace === "" || namespaceOf(manifest) === namespace);
  return {
    list(kind, namespace) {
      const listed = cluster.list(kind, namespace);
      if (listed === null) return null;
      const coming = planned.filter(here(kind, namespace));
      const names = new Set(coming.map(nameOf));
      return [...listed.filter((object) => !names.has(nameOf(object))), ...coming];
    },
    object(kind, namespace, name) {
      const coming = planned.find((manifest) => here(kind, namespace)(manifest) && nameOf(manifest) === name);
      const live = cluster.object(kind, namespace, name);
      return coming === undefined ? live : { ...coming, status: live?.["status"] ?? null };
    },
  };
}

/** Does a label selector (`matchLabels`, `matchExpressions`) select these labels? An empty one selects all. */
export function selectorSelects(selector: JsonObject, labels: Readonly<Record<string, string>>): boolean {
  const wanted = Object.entries(textsIn(selector["matchLabels"]));
  if (!wanted.every(([key, value]) => labels[key] === value)) return false;
  return objectsIn(selector["matchExpressions"]).every(({ key, operator, values }) => {
    const value = labels[textIn(key)];
    const list = Array.isArray(values) ? values.map(String) : [];
    switch (operator) {
      case "In":
        return value !== undefined && list.includes(value);
      case "NotIn":
        return value === undefined || !list.includes(value);
      case "Exists":
        return value !== undefined;
      case "DoesNotExist":
        return value === undefined;
      default:
        return false;
    }
  });
}
