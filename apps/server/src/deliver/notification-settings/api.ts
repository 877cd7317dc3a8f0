import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Actor } from "../../platform/audit/api.ts";

/** Whom an application tells of its pipelines: Front50's document, a list of receivers per type (`email`, `slack` …). */
export type NotificationSettings = {
  /** The document with `application`; without any settings only that. */
  get(application: string): Promise<JsonObject>;
  /** Replaces the application's settings. Throws `invalid_request` with pointers. */
  save(application: string, document: JsonObject, actor: Actor): Promise<JsonObject>;
  /** Done also when there were none. */
  remove(application: string, actor: Actor): Promise<void>;
};
