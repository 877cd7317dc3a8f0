import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Actor } from "../../platform/audit/api.ts";

export type Stored = { key: string; name: string; application: string | null; text: string };
export type Incoming = { name: string; application: string | null; document: JsonObject; text: string };

/** Where documents of one kind are kept, by their owner. */
export type Target = {
  find(incoming: Incoming): Promise<Stored | null>;
  /** Creates, or replaces what `find` gave. */
  save(incoming: Incoming, found: Stored | null, actor: Actor): Promise<Stored>;
  /** The document as saving it under a key stores it, repairs and generated ids included; default: as it is. */
  asStored?(document: JsonObject, key: string): JsonObject;
  /** Those of an application, or (null) of none, in their order. */
  list(application: string | null): Promise<Stored[]>;
};
