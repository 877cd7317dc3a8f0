import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Actor } from "../../platform/audit/api.ts";

export type Stored = { key: string; name: string; application: string | null; text: string };
export type Incoming = { name: string; application: string | null; document: JsonObject; text: string };

/** Where documents of one kind are kept, by their owner. */
export type Target = {
  /** How many documents may be looked for and stored together; no two of them are of the same thing then. */
  together: number;
  /** What is stored of each, in the same order. */
  find(incoming: readonly Incoming[]): Promise<(Stored | null)[]>;
  /** Creates, or replaces what `find` gave; what its owner refuses is refused alone. The answers stand in the same order. */
  save(documents: readonly ToStore[], actor: Actor): Promise<(Stored | GennakerError)[]>;
  /** The document as saving it under a key stores it, repairs and generated ids included; default: as it is. */
  asStored?(document: JsonObject, key: string): JsonObject;
  /** Those of an application, or (null) of none, in their order. */
  list(application: string | null): Promise<Stored[]>;
};

/** `checked`: the document with its repairs, where its kind was checked by the rules that its owner checks it by. */
export type ToStore = { incoming: Incoming; found: Stored | null; checked: JsonObject | null };

/** A target whose owner takes one document at a time. */
export function oneByOne(
  target: Omit<Target, "together" | "find" | "save"> & {
    find(incoming: Incoming): Promise<Stored | null>;
    save(incoming: Incoming, found: Stored | null, actor: Actor): Promise<Stored>;
  },
): Target {
  return {
    ...target,
    together: 1,
    find: (all) => Promise.all(all.map((each) => target.find(each))),
    save: (all, actor) =>
      Promise.all(
        all.map(async ({ incoming, found }) => {
          try {
            return await target.save(incoming, found, actor);
          } catch (error) {
            if (error instanceof GennakerError) return error;
            throw error;
          }
        }),
      ),
  };
}
