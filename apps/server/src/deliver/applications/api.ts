import type { ApplicationInput, TrafficGuard } from "@gennaker/contract/resources/application.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Actor } from "../../platform/audit/api.ts";

export type StoredApplication = {
  /** Lower case; names are case-insensitive. */
  name: string;
  /** Everything that was sent, known fields and others. */
  attributes: JsonObject;
  /** The attributes as they are stored, numbers as they were received. */
  text: string;
  createdAt: Date;
  updatedAt: Date;
  lastModifiedBy: string;
};

export type Applications = {
  list(): Promise<StoredApplication[]>;
  /** Another text whenever any application was saved or deleted: what was made of the list before is as good as new while it is the same. */
  listVersion(): Promise<string>;
  get(name: string): Promise<StoredApplication | null>;
  /**
   * Creates or replaces. A new one gets the default traffic guards unless it brings its own. `received`, the text the
   * attributes were parsed from, keeps numbers as they are written there.
   */
  save(name: string, input: ApplicationInput, actor: Actor, received?: string): Promise<StoredApplication>;
  /** Refused while server groups of it exist. Its pipelines go with it; their versions stay on record. */
  remove(name: string, actor: Actor): Promise<void>;
  guardsOf(name: string): Promise<TrafficGuard[]>;
};
