/**
 * One finding about a pipeline document. An `error` keeps it from being saved; `repaired` was put right in the
 * returned pipeline; a `note` is kept as it is and worth knowing.
 */
export type PipelineProblem = {
  level: "error" | "repaired" | "note";
  /** JSON pointer into the document as received. */
  pointer: string;
  message: string;
  /** What was probably meant. */
  suggestion?: string;
};
