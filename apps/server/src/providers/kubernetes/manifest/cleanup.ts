import type { JsonObject } from "@gennaker/contract/json.ts";
import { deployedArtifact, deployedUnder } from "./artifact.ts";
import { kindOf } from "./kinds.ts";
import type { Coordinates } from "./manifest.ts";
import { nameOf, sameCoordinates, coordinatesOf } from "./manifest.ts";
import { strategyOf } from "./strategy.ts";

/**
 * The versions beyond a deployed object's `max-version-history`, oldest by time of creation first. The object itself is
 * never among them, whatever the number says.
 */
export function versionsToDelete(deployed: JsonObject, objects: readonly JsonObject[]): Coordinates[] {
  const { maxVersionHistory } = strategyOf(deployed);
  const artifact = deployedArtifact(deployed);
  if (maxVersionHistory === null || artifact === null) return [];
  // Owned objects carry copies of their owner's annotations: they are no versions.
  const all = deployedUnder(artifact.name, objects).filter(
    ({ location, type }) => location === artifact.location && type === artifact.type,
  );
  const own = coordinatesOf(deployed);
  return all
    .slice(0, Math.max(0, all.length - Math.max(0, maxVersionHistory)))
    .map(({ manifest, location }) => ({ kind: kindOf(manifest), namespace: location, name: nameOf(manifest) }))
    .filter((coordinates) => !sameCoordinates(coordinates, own));
}
