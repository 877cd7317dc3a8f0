import type { JsonObject } from "@gennaker/contract/json.ts";
import { kindOf, rulesOfKind } from "./kinds.ts";

/** In the order of deployment: by the priority of the kind; those of one priority keep their order. */
export function inDeployOrder(manifests: readonly JsonObject[]): JsonObject[] {
  const priority = (manifest: JsonObject): number => rulesOfKind(kindOf(manifest)).priority ?? 0;
  return manifests.toSorted((a, b) => priority(a) - priority(b));
}
