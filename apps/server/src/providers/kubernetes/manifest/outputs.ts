import type { JsonObject } from "@gennaker/contract/json.ts";
import { annotation } from "./annotations.ts";
import { kindOf, rulesOfKind } from "./kinds.ts";
import { fullNameOf, metadataOf, namespaceOf } from "./manifest.ts";

/** `{namespace: ["kind name"]}`; cluster-wide objects under the empty namespace. */
export function namesByNamespace(manifests: readonly JsonObject[]): Record<string, string[]> {
  const names: Record<string, string[]> = {};
  for (const manifest of manifests) {
    const list = (names[namespaceOf(manifest)] ??= []);
    const name = fullNameOf(manifest);
    if (!list.includes(name)) list.push(name);
  }
  return names;
}

/** An object as outputs may show it: without the contents of secrets, those kept for the next apply among them. */
export function withoutSecrets(manifest: JsonObject): JsonObject {
  const { secretFields } = rulesOfKind(kindOf(manifest));
  if (secretFields.length === 0) return manifest;
  const copy = structuredClone(manifest);
  for (const field of secretFields) delete copy[field];
  const annotations = metadataOf(copy)["annotations"];
  if (typeof annotations === "object" && annotations !== null && !Array.isArray(annotations))
    delete annotations[annotation.lastApplied];
  return copy;
}

/** The stage's context and outputs after objects were changed, under Orca's names. */
export function operationOutputs(result: {
  manifests: readonly JsonObject[];
  boundArtifacts: readonly JsonObject[];
  createdArtifacts: readonly JsonObject[];
}): JsonObject {
  const names = namesByNamespace(result.manifests);
  return {
    "outputs.manifests": result.manifests.map(withoutSecrets),
    "outputs.manifestNamesByNamespace": names,
    "outputs.manifestNamesByNamespaceToRefresh": names,
    "outputs.boundArtifacts": [...result.boundArtifacts],
    "outputs.createdArtifacts": [...result.createdArtifacts],
    artifacts: [...result.createdArtifacts],
  };
}
