import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Actor } from "../../platform/audit/api.ts";

/** A project: applications, clusters and pipelines that people look at together. */
export type StoredProject = {
  id: string;
  /** Unique, whatever its case. */
  name: string;
  /** Front50's JSON with `id`, `createTs`, `updateTs` and `lastModifiedBy` filled in, unknown fields kept; for reading. */
  document: JsonObject;
  /** The document as it is stored, numbers as they were received. */
  text: string;
  createdAt: Date;
  updatedAt: Date;
  lastModifiedBy: string;
};

export type Projects = {
  list(): Promise<StoredProject[]>;
  /** By id, or by name whatever its case. */
  get(idOrName: string): Promise<StoredProject | null>;
  /**
   * Creates, or replaces the project with the document's `id`. Throws `invalid_request` with pointers, also when another
   * project has the name. `received`, the text the document was parsed from, keeps numbers as they are written there.
   */
  save(document: JsonObject, actor: Actor, received?: string): Promise<StoredProject>;
  /** Throws `not_found`. */
  remove(idOrName: string, actor: Actor): Promise<void>;
};

/** The ids of the pipelines that a project names, in its order. */
export function pipelineIdsOf(document: JsonObject): string[] {
  return entriesOf(document, "pipelineConfigs").flatMap((entry) => {
    const id = typeof entry === "object" && entry !== null && !Array.isArray(entry) ? entry["pipelineConfigId"] : null;
    return typeof id === "string" ? [id] : [];
  });
}

/** The names of the applications that a project names, in lower case. */
export function applicationsOf(document: JsonObject): string[] {
  return entriesOf(document, "applications").flatMap((name) => (typeof name === "string" ? [name.toLowerCase()] : []));
}

/** The clusters that a project names: each with account, stack and detail, and applications where they are limited. */
export function clustersOf(document: JsonObject): JsonObject[] {
  return entriesOf(document, "clusters").flatMap((entry) =>
    typeof entry === "object" && entry !== null && !Array.isArray(entry) ? [entry] : [],
  );
}

function entriesOf(document: JsonObject, field: string): readonly JsonObject[string][] {
  const config = document["config"];
  const list = typeof config === "object" && config !== null && !Array.isArray(config) ? config[field] : null;
  return Array.isArray(list) ? list : [];
}
