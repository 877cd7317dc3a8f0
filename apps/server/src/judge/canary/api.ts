import type { Problem } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { CanaryRun } from "@gennaker/contract/resources/canary.ts";
import type { Actor } from "../../platform/audit/api.ts";

/** A stored canary config; `document` is Kayenta's JSON with `id` and time stamps filled in, unknown fields kept. */
export type StoredCanaryConfig = {
  id: string;
  name: string;
  applications: string[];
  document: JsonObject;
  /** The text as it was received. */
  text: string;
  createdAt: string;
  updatedAt: string;
};

export type CanaryConfigs = {
  list(application: string | null): Promise<StoredCanaryConfig[]>;
  get(id: string): Promise<StoredCanaryConfig | null>;
  /** By id, or by name among the application's configs. */
  find(idOrName: string, application: string): Promise<StoredCanaryConfig | null>;
  /**
   * Creates or replaces; `id` null takes the document's own id, or makes a UUID. Throws `invalid_request` with pointers,
   * or `conflict` when another config of one of its applications has the name. The audit row and the event are written
   * with it. `receivedText` keeps what a JSON number cannot.
   */
  save(id: string | null, document: JsonObject, actor: Actor, receivedText?: string): Promise<StoredCanaryConfig>;
  remove(id: string, actor: Actor): Promise<boolean>;
  validate(document: JsonObject): Problem[];
};

/** The judgements of a canary stage, in order; of its latest pass when it was restarted. */
export type CanaryRuns = {
  canaryRunsOf(executionId: string, stageId: string): Promise<CanaryRun[]>;
};

/** One judgement as it was stored; the parts are Kayenta's own JSON, unaltered. */
export type StoredJudgement = {
  id: string;
  executionId: string;
  stageId: string;
  application: string;
  configId: string | null;
  thresholds: { pass: number | null; marginal: number | null };
  /** The window of the canary's side. */
  start: Date;
  end: Date;
  judgedAt: Date;
  config: JsonObject;
  judgeResult: JsonObject;
};

export type CanaryResults = {
  /** By its own id, or the newest one of an execution. */
  get(id: string): Promise<StoredJudgement | null>;
  /** An application's judgements, newest first. */
  list(application: string, limit: number, offset: number): Promise<StoredJudgement[]>;
  /** The values that were judged (Kayenta's metricSetPairList; holes are the text "NaN"), null when there is no such judgement. */
  pairs(id: string): Promise<JsonObject[] | null>;
};

/** What a request for one judgement has wrong, with places; none when it can be started. */
export type CheckCanaryRequest = (request: JsonObject) => Problem[];
