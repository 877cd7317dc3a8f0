import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { Tags } from "yaml";
import { LineCounter, parseAllDocuments } from "yaml";
import { metadataOf } from "./manifest.ts";

/** What is wrong with a text or a list of manifests, and where: `line 3, column 5`, or `manifest 2`. */
export type ManifestProblem = { place: string; message: string };

export type ReadManifests = { manifests: JsonObject[]; problems: ManifestProblem[] };

/** A text of more characters is refused: no manifest of Kubernetes comes near it (etcd takes 1.5 MiB an object). */
const longestText = 32 * 1024 * 1024;

/**
 * Reads manifests from YAML of several documents or from JSON, as Spinnaker and kubectl do: YAML 1.1 flags (`yes`, `on`) and
 * octal numbers, times stay texts, the last of equal keys counts. A document may be a list. Empty documents are left out.
 */
export function readManifests(text: string): ReadManifests {
  if (text.length > longestText)
    return {
      manifests: [],
      problems: [{ place: "the text", message: `is longer than ${longestText / 1024 / 1024} MiB` }],
    };
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    version: "1.1",
    merge: true,
    uniqueKeys: false,
    lineCounter: lines,
    logLevel: "silent",
    customTags: (tags) => tags.flatMap(asKubernetesReads),
  });
  if (!Array.isArray(documents)) return { manifests: [], problems: [] };
  const values: Json[] = [];
  const problems: ManifestProblem[] = [];
  for (const document of documents) {
    const [problem] = [...document.errors, ...document.warnings.filter(({ code }) => code === "TAG_RESOLVE_FAILED")];
    if (problem !== undefined) {
      const { line, col } = lines.linePos(problem.pos[0]);
      problems.push({ place: `line ${line}, column ${col}`, message: firstLine(problem.message) });
      continue;
    }
    try {
      values.push(JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: 100 }) ?? null)) as Json);
    } catch (error) {
      const { line, col } = lines.linePos(document.range[0]);
      problems.push({
        place: `line ${line}, column ${col}`,
        message: error instanceof Error ? error.message : "is unreadable",
      });
    }
  }
  const { manifests, problems: more } = manifestsIn(values);
  return { manifests, problems: [...problems, ...more] };
}

/**
 * The manifests in what a stage has under `manifests`: objects, lists of them at any depth, objects of kind List, texts of
 * YAML; null is left out. Anything else is a problem.
 */
export function manifestsIn(value: Json | undefined): ReadManifests {
  const manifests: JsonObject[] = [];
  const problems: ManifestProblem[] = [];
  const add = (item: Json | undefined, place: string): void => {
    if (item === null || item === undefined) return;
    if (Array.isArray(item)) {
      for (const [index, inner] of item.entries())
        add(inner, place === "" ? `manifest ${index + 1}` : `${place}.${index + 1}`);
    } else if (typeof item === "string") {
      const read = readManifests(item);
      manifests.push(...read.manifests);
      problems.push(
        ...read.problems.map((problem) => ({ ...problem, place: `${place || "the text"}, ${problem.place}` })),
      );
    } else if (!isJsonObject(item)) {
      problems.push({ place: place || "the text", message: `must be an object, not ${JSON.stringify(item)}` });
    } else if (typeof item["kind"] === "string" && item["kind"].toLowerCase() === "list") {
      add(item["items"], place);
    } else if (Object.keys(item).length > 0) {
      manifests.push(item);
    }
  };
  add(value, "");
  return { manifests, problems };
}

/** What keeps a manifest from being deployed, in words; null when nothing does. */
export function manifestProblem(manifest: JsonObject): string | null {
  for (const field of ["apiVersion", "kind"]) {
    const value = manifest[field];
    if (typeof value !== "string" || value.trim() === "") return `has no ${field}`;
  }
  if (!isJsonObject(manifest["metadata"])) return "has no metadata";
  const { name, generateName, namespace } = metadataOf(manifest);
  for (const [field, value] of Object.entries({ name, generateName, namespace })) {
    if (value !== undefined && value !== null && typeof value !== "string")
      return `has a metadata.${field} that is no text: ${JSON.stringify(value)}. Put it in quotes`;
  }
  if (!name && !generateName) return "has neither metadata.name nor metadata.generateName";
  for (const field of ["labels", "annotations"]) {
    const texts = metadataOf(manifest)[field];
    if (texts === undefined || texts === null) continue;
    if (!isJsonObject(texts)) return `has metadata.${field} that are no object`;
    const wrong = Object.entries(texts).find(([, value]) => typeof value !== "string" && value !== null);
    if (wrong !== undefined)
      return `has a value in metadata.${field} that is no text: ${wrong[0]} is ${JSON.stringify(wrong[1])}. Put it in quotes`;
  }
  return null;
}

/** `y` and `n` are text, as are times and numbers to the base of sixty. */
function asKubernetesReads(tag: Tags[number]): Tags[number][] {
  if (typeof tag === "string") return tag === "timestamp" || tag === "intTime" || tag === "floatTime" ? [] : [tag];
  if (tag.tag === "tag:yaml.org,2002:timestamp" || ("format" in tag && tag.format === "TIME")) return [];
  if (tag.collection !== undefined || tag.test === undefined) return [tag];
  if (tag.test.test("y")) return [{ ...tag, test: /^(?:[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON)$/ }];
  if (tag.test.test("n")) return [{ ...tag, test: /^(?:[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF)$/ }];
  return [tag];
}

const firstLine = (text: string): string => (text.split("\n", 1)[0] ?? "").replace(/ at line \d+, column \d+:?$/, "");
