import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Tx } from "../database/api.ts";

/** Something that happened. `subject` is the id of what it is about (an execution, a server group …). */
export type EventInput = {
  /** Dotted name, e.g. `execution.status`, `stage.status`, `serverGroup.changed`, `loadBalancer.changed`, `canary.run`. */
  type: string;
  application: string | null;
  subject: string;
  data: JsonObject;
};

export type StoredEvent = EventInput & { cursor: string; time: string };

export type EventLog = {
  /** Writes events in the caller's transaction, so that they are seen exactly when the change is. */
  append(tx: Tx, events: readonly EventInput[]): Promise<void>;
  /** Events after `cursor` (null: none yet known = only new ones from now), oldest first, at most `limit`. */
  read(cursor: string | null, limit: number): Promise<{ events: StoredEvent[]; cursor: string }>;
  /** Calls back (as a hint, coalesced) when there may be new events. */
  onNew(listener: () => void): () => void;
};
