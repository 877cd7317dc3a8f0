import type { JsonObject } from "@gennaker/contract/json.ts";
import { deployedUnder, versionNumber } from "./artifact.ts";
import { rulesOfKind, kindOf } from "./kinds.ts";
import { equalApartFromMetadata, nameOf } from "./manifest.ts";
import type { Strategy } from "./strategy.ts";

/** Does deploying this manifest make a version? The annotation decides, else the stage, else the kind. */
export function isVersioned(manifest: JsonObject, strategy: Strategy, stage: boolean | null): boolean {
  return strategy.versioned ?? stage ?? rulesOfKind(kindOf(manifest)).versioned;
}

/**
 * The version a manifest gets among the objects of its kind and namespace: the oldest one whose last-applied configuration
 * equals it apart from metadata, else the highest number and one, else 0.
 */
export function chooseVersion(
  manifest: JsonObject,
  objects: readonly JsonObject[],
): { version: number; reused: boolean } {
  const prior = deployedUnder(nameOf(manifest), objects);
  for (const { lastApplied, version } of prior) {
    const number = versionNumber(version);
    if (number === null || lastApplied === null) continue;
    if (equalApartFromMetadata(lastApplied, manifest)) return { version: number, reused: true };
  }
  const latest = latestVersion(nameOf(manifest), objects);
  return { version: latest === null ? 0 : latest + 1, reused: false };
}

/** The highest version deployed under a name; null when there is none. */
export function latestVersion(name: string, objects: readonly JsonObject[]): number | null {
  const numbers = deployedUnder(name, objects)
    .map(({ version }) => versionNumber(version))
    .filter((number) => number !== null);
  return numbers.length === 0 ? null : Math.max(...numbers);
}
