import type { Problem } from "@gennaker/contract/errors.ts";
import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { toFlag } from "../coerce.ts";
import { matchesArtifact } from "./match.ts";

/** `expected` are the given ones with their `boundArtifact`; `artifacts` what they are bound to, each once. */
export type Resolution =
  | { ok: true; artifacts: JsonObject[]; expected: JsonObject[] }
  | { ok: false; problems: Problem[] };

export type ResolveOptions = {
  current: readonly JsonObject[];
  /** The artifacts of the pipeline's run before this one. */
  prior?: readonly JsonObject[];
  /** More than one match is a fault, as at the start of a run. */
  unique: boolean;
  /** Where the list of expected artifacts stands in its document. */
  at: string;
};

/**
 * Binds each expected artifact: to a current artifact that matches, else to one of the run before (`usePriorArtifact`,
 * in older files `usePriorExecution`), else to its default (`useDefaultArtifact`), else it is a problem.
 */
export function resolveArtifacts(expected: readonly JsonObject[], options: ResolveOptions): Resolution {
  const problems: Problem[] = [];
  const bound: JsonObject[] = [];
  for (const [index, one] of expected.entries()) {
    const found = resolveOne(one, options);
    if (typeof found === "string") problems.push({ pointer: `${options.at}/${index}`, reason: found });
    else bound.push({ ...one, boundArtifact: found });
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, artifacts: distinct(bound.map((one) => one["boundArtifact"] as JsonObject)), expected: bound };
}

function resolveOne(expected: JsonObject, { current, prior, unique }: ResolveOptions): JsonObject | string {
  const wanted = isJsonObject(expected["matchArtifact"]) ? expected["matchArtifact"] : {};
  for (const candidates of [current, usesPrior(expected) ? (prior ?? []) : []]) {
    const matches = distinct(candidates.filter((artifact) => matchesArtifact(wanted, artifact)));
    if (matches.length > 1 && unique)
      return `expected artifact ${nameOf(expected)} matches ${matches.length} artifacts; describe it more closely`;
    const first = matches[0];
    if (first !== undefined) return first;
  }
  if (usesDefault(expected) && isJsonObject(expected["defaultArtifact"])) return expected["defaultArtifact"];
  return `expected artifact ${nameOf(expected)} matches no artifact, and there is no earlier one or default to use`;
}

export function usesPrior(expected: JsonObject): boolean {
  return toFlag(expected["usePriorArtifact"] ?? expected["usePriorExecution"]) === true;
}

export function usesDefault(expected: JsonObject): boolean {
  return toFlag(expected["useDefaultArtifact"]) === true;
}

/**
 * Those of a pipeline's expected artifacts that its start resolves: the ones the trigger names, the ones with a
 * fallback, and the ones that a received artifact matches.
 */
export function expectedAtStart(
  pipeline: JsonObject,
  trigger: JsonObject,
  received: readonly JsonObject[],
): JsonObject[] {
  const ids = Array.isArray(trigger["expectedArtifactIds"]) ? trigger["expectedArtifactIds"] : [];
  return objects(pipeline["expectedArtifacts"]).filter((expected) => {
    const wanted = isJsonObject(expected["matchArtifact"]) ? expected["matchArtifact"] : {};
    return (
      ids.includes(expected["id"] ?? null) ||
      usesDefault(expected) ||
      usesPrior(expected) ||
      received.some((artifact) => matchesArtifact(wanted, artifact))
    );
  });
}

/**
 * The artifact bound under an id in lists of resolved expected artifacts, nearest first; it takes the account of
 * what was expected when it has none. Null when none has that id.
 */
export function boundArtifact(resolved: Iterable<JsonObject>, id: string): JsonObject | null {
  for (const expected of resolved) {
    if (expected["id"] !== id || !isJsonObject(expected["boundArtifact"])) continue;
    const artifact = expected["boundArtifact"];
    const account = isJsonObject(expected["matchArtifact"]) ? expected["matchArtifact"]["artifactAccount"] : undefined;
    const own = artifact["artifactAccount"];
    return (own === undefined || own === null || own === "") && typeof account === "string"
      ? { ...artifact, artifactAccount: account }
      : artifact;
  }
  return null;
}

/** Artifacts that are equal, whatever the order of their fields, once. */
export function distinct(artifacts: readonly JsonObject[]): JsonObject[] {
  const byContent = new Map<string, JsonObject>();
  for (const artifact of artifacts) {
    const key = JSON.stringify(
      Object.entries(artifact)
        .filter(([, value]) => value !== null)
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    );
    if (!byContent.has(key)) byContent.set(key, artifact);
  }
  return [...byContent.values()];
}

export function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function nameOf(expected: JsonObject): string {
  const name =
    expected["displayName"] ??
    (isJsonObject(expected["matchArtifact"]) ? expected["matchArtifact"]["name"] : null) ??
    expected["id"];
  return JSON.stringify(name ?? "without a name");
}
