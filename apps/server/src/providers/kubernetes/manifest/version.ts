import { Buffer } from "node:buffer";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { recorded } from "./apply-patch.ts";
import { deployedUnder, versionNumber } from "./artifact.ts";
import { rulesOfKind, kindOf } from "./kinds.ts";
import { equalApartFromMetadata, nameOf, textsIn } from "./manifest.ts";
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
  for (const { lastApplied, version, manifest: live } of prior) {
    const number = versionNumber(version);
    if (number === null) continue;
    const same = lastApplied === null ? sameContent(live, manifest) : equalApartFromMetadata(lastApplied, manifest);
    if (same) return { version: number, reused: true };
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

/**
 * For what is too long to carry its last-applied configuration: configMaps and secrets hold what was sent, and nothing
 * else, but that the server encodes a secret's texts.
 */
function sameContent(live: JsonObject, manifest: JsonObject): boolean {
  const kind = kindOf(manifest);
  if ((kind !== "configMap" && kind !== "secret") || recorded(manifest) !== null) return false;
  return equalApartFromMetadata(contentOf(live), contentOf(manifest));
}

function contentOf({ stringData = {}, ...object }: JsonObject): JsonObject {
  if (kindOf(object) !== "secret") return object;
  const encoded = Object.entries(textsIn(stringData)).map(([key, value]) => [
    key,
    Buffer.from(value, "utf8").toString("base64"),
  ]);
  return { type: "Opaque", ...object, data: { ...textsIn(object["data"]), ...Object.fromEntries(encoded) } };
}
