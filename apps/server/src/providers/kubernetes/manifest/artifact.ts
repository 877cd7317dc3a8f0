import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { annotate, annotation, lastAppliedOf, textAnnotation } from "./annotations.ts";
import { kindOf } from "./kinds.ts";
import { annotationsOf, createdAt, nameOf, namespaceOf } from "./manifest.ts";

/** `v000`, `v012`, `v1000`. */
export const versionText = (version: number): string => `v${String(version).padStart(3, "0")}`;

/** The number of `v012`; null for anything else. */
export function versionNumber(text: string | null): number | null {
  const match = /^v[+]?(\d{1,9})$/.exec(text ?? "");
  return match === null ? null : Number(match[1]);
}

/**
 * The artifact that deploying a manifest makes: `kubernetes/<kind>` with its name, namespace, version and, as reference, the
 * name the object gets. An object whose name the server chooses has neither name nor reference.
 */
export function artifactFor(manifest: JsonObject, account: string, version: number | null): JsonObject {
  const name = nameOf(manifest);
  const text = version === null ? "" : versionText(version);
  return {
    customKind: false,
    type: `kubernetes/${kindOf(manifest)}`,
    ...(name === "" ? {} : { name, reference: text === "" ? name : `${name}-${text}` }),
    location: namespaceOf(manifest),
    version: text,
    metadata: { account },
  };
}

export function annotateArtifact(manifest: JsonObject, artifact: JsonObject): void {
  const text = (key: string): string | null => (typeof artifact[key] === "string" ? artifact[key] : null);
  annotate(manifest, {
    [annotation.artifactType]: text("type"),
    [annotation.artifactName]: text("name"),
    [annotation.artifactLocation]: text("location"),
    [annotation.artifactVersion]: text("version"),
  });
}

/** What an object in the cluster says of the artifact it was deployed as; null when it says nothing. */
export type DeployedArtifact = {
  type: string;
  name: string;
  location: string;
  version: string;
  lastApplied: JsonObject | null;
  manifest: JsonObject;
};

export function deployedArtifact(manifest: JsonObject): DeployedArtifact | null {
  const annotations = annotationsOf(manifest);
  const type = textAnnotation(annotations, annotation.artifactType) ?? "";
  if (type === "") return null;
  return {
    type,
    name: textAnnotation(annotations, annotation.artifactName) ?? "",
    location: textAnnotation(annotations, annotation.artifactLocation) ?? "",
    version: textAnnotation(annotations, annotation.artifactVersion) ?? "",
    lastApplied: lastAppliedOf(manifest),
    manifest,
  };
}

/** Everything deployed under a name, oldest first, of objects of one kind and namespace. */
export function deployedUnder(name: string, objects: readonly JsonObject[]): DeployedArtifact[] {
  return objects
    .toSorted((a, b) => compareTexts(createdAt(a), createdAt(b)))
    .map(deployedArtifact)
    .filter((artifact): artifact is DeployedArtifact => artifact !== null && artifact.name === name);
}

/** By code units, as Java compares. */
export const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const textIn = (artifact: JsonObject, key: string): string => {
  const value = artifact[key];
  return typeof value === "string" ? value : "";
};

/** Type, name and place: one artifact of each takes part in binding. */
export function bindingKey(artifact: JsonObject): string {
  return JSON.stringify([textIn(artifact, "type"), textIn(artifact, "name"), textIn(artifact, "location")]);
}

/** Type, name, version, place and reference: what tells whether a required artifact was bound. */
export function identityKey(artifact: JsonObject): string {
  const keys = ["type", "name", "version", "location", "reference"];
  return JSON.stringify(keys.map((key) => (typeof artifact[key] === "string" ? artifact[key] : null)));
}

/** The account an artifact of Kubernetes belongs to; empty where it does not say. */
export function accountOfArtifact(artifact: JsonObject): string {
  const metadata = artifact["metadata"];
  return isJsonObject(metadata) && typeof metadata["account"] === "string" ? metadata["account"] : "";
}
