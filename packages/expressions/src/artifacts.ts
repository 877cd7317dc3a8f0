import { toJson } from "./json-values.ts";
import type { Budget } from "./limits.ts";
import { fromJson, mapGet } from "./values.ts";
import type { Value } from "./values.ts";

const FIELDS = ["type", "customKind", "name", "version", "location", "reference", "metadata", "artifactAccount"];
const LAST = ["provenance", "uuid"];
const KNOWN: ReadonlySet<string> = new Set([...FIELDS, ...LAST]);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** An artifact as the engine keeps it: fields that it does not know belong to the metadata. `nulls`: those without a value too. */
export function artifactRecord(given: unknown, nulls: boolean): unknown {
  if (!isObject(given)) return given;
  const rest = Object.entries(given).filter(([key]) => !KNOWN.has(key));
  const metadata = { ...(isObject(given["metadata"]) ? given["metadata"] : {}), ...Object.fromEntries(rest) };
  const full: Readonly<Record<string, unknown>> = { ...given, customKind: given["customKind"] === true, metadata };
  const fields = [...FIELDS, ...LAST].map((key): [string, unknown] => [key, full[key] ?? null]);
  return Object.fromEntries(nulls ? fields : fields.filter(([, value]) => value !== null));
}

/** An expected artifact with its flags and with its artifacts in full form. */
export function expectationRecord(given: unknown, nulls: boolean): unknown {
  if (!isObject(given)) return given;
  const artifact = (key: string): [string, unknown] => [key, artifactRecord(given[key] ?? null, nulls)];
  const fields: [string, unknown][] = [
    artifact("matchArtifact"),
    ["usePriorArtifact", given["usePriorArtifact"] === true],
    ["useDefaultArtifact", given["useDefaultArtifact"] === true],
    artifact("defaultArtifact"),
    ["id", given["id"] ?? null],
    artifact("boundArtifact"),
  ];
  return Object.fromEntries(nulls ? fields : fields.filter(([, value]) => value !== null));
}

/** An artifact as a record, whose fields can be read but which has no others. */
export function artifactBean(artifact: Value, budget: Budget): Value {
  if (artifact === null || typeof artifact !== "object" || artifact.kind !== "map") return artifact;
  const given = toJson(artifact, budget);
  const full = fromJson(artifactRecord(given, false));
  if (full === null || typeof full !== "object" || full.kind !== "map") return artifact;
  return {
    kind: "bean",
    type: "com.netflix.spinnaker.kork.artifacts.model.Artifact",
    json: (nulls) => artifactRecord(given, nulls),
    property: (name) => (KNOWN.has(name) ? mapGet(full, name) : undefined),
  };
}
