import type { ImportNote } from "@gennaker/pipeline-model/import/types.ts";

/** What is known about a document and about the stored thing it is for. */
export type Situation = {
  /** The stored thing, if there is one: as the last import left it, says the same as what comes, or otherwise. */
  stored: { asImported: boolean; same: boolean } | null;
  /** The last import brought the same document. */
  sameAsBefore: boolean;
  overwrite: boolean;
};

export type Decision = {
  change: "created" | "replaced" | "none";
  outcome: "unchanged" | "attention" | null;
  note: ImportNote | null;
};

/** What is done with a document. What people changed or made here is not overwritten unless it is said. */
export function decide({ stored, sameAsBefore, overwrite }: Situation): Decision {
  if (stored === null) return { change: "created", outcome: null, note: null };
  if (stored.same) return { change: "none", outcome: "unchanged", note: null };
  if (stored.asImported) {
    return sameAsBefore
      ? { change: "none", outcome: "unchanged", note: null }
      : { change: "replaced", outcome: null, note: null };
  }
  if (overwrite)
    return { change: "replaced", outcome: null, note: note("note", "it was changed here; that was overwritten") };
  if (sameAsBefore) {
    return {
      change: "none",
      outcome: "unchanged",
      note: note("note", "it was changed here since its import, and stays so"),
    };
  }
  return {
    change: "none",
    outcome: "attention",
    note: {
      ...note("attention", "there is another one here, made or changed by somebody; it was not overwritten"),
      suggestion: "Compare the two; import it with overwrite to replace the one that is here.",
    },
  };
}

const note = (level: ImportNote["level"], message: string): ImportNote => ({
  level,
  code: "changedHere",
  pointer: "",
  message,
});
