import type { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Actor } from "../../platform/audit/api.ts";
import { mayHoldExactNumbers, parseExact } from "../../platform/values/exact-numbers.ts";

export type StoredPipeline = {
  id: string;
  application: string;
  name: string;
  disabled: boolean;
  version: number;
  /** For reading; numbers are plain doubles. */
  document: JsonObject;
  /** The document as it is stored, numbers as they were received. */
  text: string;
  updatedAt: Date;
  lastModifiedBy: string;
};

export type StartRequest = {
  parameters: JsonObject;
  artifacts: JsonObject[];
  /** Rest of the trigger: type, user-given keys. */
  trigger: JsonObject;
  parent?: { executionId: string; stageId: string };
  /** The same key twice starts one run. */
  operationKey?: string;
};

/** A document as it was once saved; the newest is the one in use, or the last one before a deletion. */
export type PipelineVersion = { version: number; document: JsonObject; text: string; savedAt: Date; savedBy: string };

/** A document to store; with `received`, the text it was parsed from, numbers are stored as they are written there. */
export type ToSave = { document: JsonObject; received?: string };

/** What of a stored document is needed to tell whether it is the one that is looked for, and whether it changed. */
export type PipelineText = Pick<StoredPipeline, "id" | "application" | "name" | "text">;

export type Pipelines = {
  list(application: string): Promise<StoredPipeline[]>;
  /** The ids of an application's, or of those that are called so, without reading their documents. */
  ids(application: string, name?: string): Promise<string[]>;
  /** Those of every application. */
  all(): Promise<StoredPipeline[]>;
  /** The versions of a pipeline, newest first, at most `limit`; none when there never was one with this id. */
  history(id: string, limit: number): Promise<PipelineVersion[]>;
  /**
   * Gives pipelines of an application other places, by id. Throws `invalid_request` for an id that is not the
   * application's and for a place that is no whole number from 0; nothing is changed then.
   */
  reorder(application: string, indexes: JsonObject, actor: Actor): Promise<void>;
  /** The pipelines whose documents say that they are made from a template. */
  templated(): Promise<StoredPipeline[]>;
  /** How many pipelines each application has; one without any is absent. */
  counts(): Promise<ReadonlyMap<string, number>>;
  get(id: string): Promise<StoredPipeline | null>;
  byName(application: string, name: string): Promise<StoredPipeline | null>;
  /** For each the one with the id, or else with the application and name; the answers stand in the same order. */
  find(
    wanted: readonly { id: string | null; application: string | null; name: string }[],
  ): Promise<(PipelineText | null)[]>;
  /**
   * Validates, gives an id where there is none, keeps the version before. `staleCheck` refuses to overwrite a newer one;
   * with `received`, the text the document was parsed from, numbers are stored as they are written there.
   */
  save(
    document: JsonObject,
    actor: Actor,
    options: { staleCheck: boolean; received?: string },
  ): Promise<StoredPipeline>;
  /**
   * Saves as one `save` after another would, in one transaction where nothing is in the way. What cannot be saved is
   * refused alone; the answers stand in the same order. `checked`: the document was checked by the same rules already.
   */
  saveAll(
    documents: readonly (ToSave & { checked?: boolean })[],
    actor: Actor,
  ): Promise<(StoredPipeline | GennakerError)[]>;
  remove(id: string, actor: Actor): Promise<void>;
  /** Starts a run; parameters are checked against the pipeline's. */
  start(pipeline: StoredPipeline, request: StartRequest, actor: Actor): Promise<{ id: string }>;
};

/** The document for an answer: its numbers are written as they were received. */
export function documentForAnswer(stored: Pick<StoredPipeline, "document" | "text">): JsonObject {
  return mayHoldExactNumbers(stored.text) ? (parseExact(stored.text) as JsonObject) : stored.document;
}
