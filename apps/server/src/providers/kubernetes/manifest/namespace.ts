import type { JsonObject } from "@gennaker/contract/json.ts";
import { childOf } from "./manifest.ts";

/** Puts namespaced manifests into one namespace; an empty one leaves all as they are. Gives copies where it changes. */
export function overrideNamespace(
  manifests: readonly JsonObject[],
  namespace: string,
  namespaced: (manifest: JsonObject) => boolean,
): JsonObject[] {
  if (namespace.trim() === "") return [...manifests];
  return manifests.map((manifest) => {
    if (!namespaced(manifest)) return manifest;
    const copy = structuredClone(manifest);
    childOf(copy, "metadata")["namespace"] = namespace;
    return copy;
  });
}
