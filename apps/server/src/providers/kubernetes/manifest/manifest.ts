import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { kindNamed, kindOf } from "./kinds.ts";

/** Where an object is, in Spinnaker's words. `namespace` is empty for cluster-wide kinds and where none is said. */
export type Coordinates = { kind: string; namespace: string; name: string };

export function metadataOf(manifest: JsonObject): JsonObject {
  return isJsonObject(manifest["metadata"]) ? manifest["metadata"] : {};
}

const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");

export const nameOf = (manifest: JsonObject): string => textOf(metadataOf(manifest)["name"]);
export const namespaceOf = (manifest: JsonObject): string => textOf(metadataOf(manifest)["namespace"]);
export const generateNameOf = (manifest: JsonObject): string => textOf(metadataOf(manifest)["generateName"]);
export const createdAt = (manifest: JsonObject): string => textOf(metadataOf(manifest)["creationTimestamp"]);
export const uidOf = (manifest: JsonObject): string => textOf(metadataOf(manifest)["uid"]);

/** The server chooses the name: there is a `generateName` and no name. */
export const namedByServer = (manifest: JsonObject): boolean =>
  nameOf(manifest) === "" && generateNameOf(manifest) !== "";

export function textsIn(value: Json | undefined): Record<string, string> {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

export const annotationsOf = (manifest: JsonObject): Record<string, string> =>
  textsIn(metadataOf(manifest)["annotations"]);
export const labelsOf = (manifest: JsonObject): Record<string, string> => textsIn(metadataOf(manifest)["labels"]);

export const specOf = (manifest: JsonObject): JsonObject => (isJsonObject(manifest["spec"]) ? manifest["spec"] : {});

/** `spec.template.metadata` where there is one; Clouddriver touches templates only then. */
export function templateMetadataOf(manifest: JsonObject): JsonObject | null {
  const template = specOf(manifest)["template"];
  return isJsonObject(template) && isJsonObject(template["metadata"]) ? template["metadata"] : null;
}

export function replicasOf(manifest: JsonObject): number | null {
  const replicas = specOf(manifest)["replicas"];
  return typeof replicas === "number" ? replicas : null;
}

/** `kind name`, as Spinnaker writes it: `replicaSet web-v000`. */
export const fullName = (kind: string, name: string): string => `${kindNamed(kind)} ${name}`;

export function fullNameOf(manifest: JsonObject): string {
  return `${kindOf(manifest)} ${nameOf(manifest) || generateNameOf(manifest)}`;
}

/** Reads `kind name`; null for anything that is not two words. */
export function parseFullName(text: string): { kind: string; name: string } | null {
  const [kind = "", name = "", ...rest] = text.trim().split(/\s+/);
  return kind === "" || name === "" || rest.length > 0 ? null : { kind: kindNamed(kind), name };
}

export function coordinatesOf(manifest: JsonObject): Coordinates {
  return { kind: kindOf(manifest), namespace: namespaceOf(manifest), name: nameOf(manifest) };
}

export function sameCoordinates(a: Coordinates, b: Coordinates): boolean {
  return a.kind.toLowerCase() === b.kind.toLowerCase() && a.namespace === b.namespace && a.name === b.name;
}

/** The object under a key of another one, made where it is missing or null. */
export function childOf(parent: JsonObject, key: string): JsonObject {
  const child = parent[key];
  if (isJsonObject(child)) return child;
  const made: JsonObject = {};
  parent[key] = made;
  return made;
}

/** Equal whatever the order of keys. A key that holds null is not the same as no key. */
export function equalJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => equalJson(item, b[index]));
  if (!isJsonObject(a as Json) || !isJsonObject(b as Json) || a === undefined || b === undefined) return false;
  const [left, right] = [a as JsonObject, b as JsonObject];
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && equalJson(left[key], right[key]))
  );
}

/** Equal apart from `metadata`: what decides that a version is used again. */
export function equalApartFromMetadata(a: JsonObject, b: JsonObject): boolean {
  const { metadata: _a, ...left } = a;
  const { metadata: _b, ...right } = b;
  return equalJson(left, right);
}
