import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { kindOf } from "./kinds.ts";
import { nameOf, namespaceOf, specOf } from "./manifest.ts";

/** Does one of these manifests make the namespace, or define the kind, that another needs? */
export function isMadeBefore(manifest: JsonObject, earlier: readonly JsonObject[]): boolean {
  return earlier.some((other) => {
    if (kindOf(other) === "namespace") return nameOf(other) === namespaceOf(manifest);
    return defines(other, manifest);
  });
}

/** Is it the definition of the manifest's kind? A cluster serves a kind a moment after it took its definition. */
export function defines(definition: JsonObject, manifest: JsonObject): boolean {
  if (kindOf(definition) !== "customResourceDefinition") return false;
  const { group, names } = specOf(definition);
  if (!isJsonObject(names ?? null)) return false;
  const { kind } = names as JsonObject;
  return kind === manifest["kind"] && String(manifest["apiVersion"]).startsWith(`${String(group)}/`);
}
