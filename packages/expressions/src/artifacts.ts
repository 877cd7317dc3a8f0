import { toJson } from "./json-values.ts";
import type { Budget } from "./limits.ts";
import { entriesOf, fromJson, mapGet } from "./values.ts";
import type { Value } from "./values.ts";

const TEXTS = ["type", "name", "version", "location", "reference", "artifactAccount", "provenance", "uuid"];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

const absent = (value: unknown): boolean => value === undefined || value === null;

/** An artifact as the engine keeps it: fields that it does not know belong to the metadata. */
export function plainArtifact(given: unknown): unknown {
  if (!isObject(given)) return given;
  const known = new Set([...TEXTS, "customKind", "metadata"]);
  const texts = TEXTS.flatMap((key): [string, unknown][] => (absent(given[key]) ? [] : [[key, given[key]]]));
  const rest = Object.entries(given).filter(([key]) => !known.has(key));
  const metadata = { ...(isObject(given["metadata"]) ? given["metadata"] : {}), ...Object.fromEntries(rest) };
  return { ...Object.fromEntries(texts), customKind: given["customKind"] === true, metadata };
}

/** An expected artifact with its flags and with its artifacts in full form. */
export function plainExpectation(given: unknown): unknown {
  if (!isObject(given)) return given;
  const artifacts = ["matchArtifact", "defaultArtifact", "boundArtifact"].flatMap((key): [string, unknown][] =>
    absent(given[key]) ? [] : [[key, plainArtifact(given[key])]],
  );
  const flags = ["usePriorArtifact", "useDefaultArtifact"].map((key): [string, boolean] => [key, given[key] === true]);
  return { ...Object.fromEntries(artifacts), ...Object.fromEntries(flags), id: given["id"] };
}

/** An artifact as a record, whose fields can be read but which has no others. */
export function artifactBean(artifact: Value, budget: Budget): Value {
  if (artifact === null || typeof artifact !== "object" || artifact.kind !== "map") return artifact;
  const json = plainArtifact(toJson(artifact, budget));
  const full = fromJson(json);
  if (full === null || typeof full !== "object" || full.kind !== "map") return artifact;
  return {
    kind: "bean",
    type: "com.netflix.spinnaker.kork.artifacts.model.Artifact",
    json,
    property: (name) => (TEXTS.includes(name) || entriesOf(full).has(name) ? mapGet(full, name) : undefined),
  };
}
