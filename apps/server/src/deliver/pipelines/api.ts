import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Actor } from "../../platform/audit/api.ts";

export type StoredPipeline = {
  id: string;
  application: string;
  name: string;
  disabled: boolean;
  version: number;
  document: JsonObject;
  updatedAt: Date;
  lastModifiedBy: string;
};

export type StartRequest = {
  parameters: JsonObject;
  artifacts: JsonObject[];
  /** Rest of the trigger: type, user-given keys. */
  trigger: JsonObject;
  parent?: { executionId: string; stageId: string };
};

export type Pipelines = {
  list(application: string): Promise<StoredPipeline[]>;
  listAll(): Promise<StoredPipeline[]>;
  get(id: string): Promise<StoredPipeline | null>;
  byName(application: string, name: string): Promise<StoredPipeline | null>;
  /** Validates, gives an id where there is none, keeps the version before. `staleCheck` refuses to overwrite a newer one. */
  save(document: JsonObject, actor: Actor, options: { staleCheck: boolean }): Promise<StoredPipeline>;
  remove(id: string, actor: Actor): Promise<void>;
  /** Starts a run; parameters are checked against the pipeline's. */
  start(pipeline: StoredPipeline, request: StartRequest, actor: Actor): Promise<{ id: string }>;
};
