import type { JsonObject } from "@gennaker/contract/json.ts";
import { RE2JS } from "re2js";

const base64Types: ReadonlySet<string> = new Set(["embedded/base64", "remote/base64"]);
const longestPattern = 4096;

/**
 * Whether an artifact is what an expected artifact's `matchArtifact` describes: type, name, version, location and
 * reference are each equal, or match as a whole as a regular expression; what is empty matches anything. Embedded and
 * stored base64 count as the same type. Patterns run in linear time; one that cannot be read matches only itself.
 */
export function matchesArtifact(wanted: JsonObject, artifact: JsonObject): boolean {
  if (!sameType(textOf(wanted, "type"), textOf(artifact, "type"))) return false;
  return ["name", "version", "location", "reference"].every((field) =>
    matches(textOf(wanted, field), textOf(artifact, field)),
  );
}

function sameType(wanted: string, type: string): boolean {
  return matches(wanted, type) || (base64Types.has(wanted) && base64Types.has(type));
}

function matches(wanted: string, actual: string): boolean {
  if (wanted === "" || wanted === actual) return true;
  if (actual === "" || wanted.length > longestPattern) return false;
  try {
    return RE2JS.compile(wanted).matches(actual);
  } catch {
    return false;
  }
}

function textOf(artifact: JsonObject, field: string): string {
  const value = artifact[field];
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}
