import type { Problem } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Actor } from "../../platform/audit/api.ts";

/** Which version of a template: by tag, by digest, or, without both, the one saved without a tag, else `latest`. */
export type TemplateVersion = { tag?: string; digest?: string };

export type StoredTemplate = { id: string; tag: string | null; digest: string | null; document: JsonObject };

/** A pipeline as it runs: itself, or what an instance makes of its template; or why that cannot be planned. */
export type Expanded = { document: JsonObject } | { problems: Problem[] };

export type Templates = {
  /** One version of each template, those of the scopes given, or all. */
  list(scopes: readonly string[]): Promise<StoredTemplate[]>;
  versions(scopes: readonly string[]): Promise<StoredTemplate[]>;
  get(id: string, version: TemplateVersion): Promise<StoredTemplate | null>;
  /** Refuses a version that is there. Every save is kept under its digest and, unless tagged otherwise, as `latest`. */
  create(document: JsonObject, tag: string | null, actor: Actor): Promise<StoredTemplate>;
  /** Refuses what the instances of the template cannot be planned with, unless `skipPlanDependents`. */
  update(
    id: string,
    document: JsonObject,
    options: { tag: string | null; skipPlanDependents: boolean },
    actor: Actor,
  ): Promise<StoredTemplate>;
  /** One version, or all when none is named. Refuses while pipelines use it. */
  remove(id: string, version: TemplateVersion, actor: Actor): Promise<void>;
  /** The pipelines made from a template. */
  dependents(id: string): Promise<JsonObject[]>;
  /** `trigger` is what texts of first-generation templates read under that name, where a run is being started. */
  expand(document: JsonObject, trigger?: JsonObject): Promise<Expanded>;
};
