import { OutgoingError } from "../../../platform/outgoing/api.ts";

/** Why no answer came: the name is not known, it took too long, or something else. */
type NoAnswer = "name" | "timeout" | "other";

export function noAnswerKind(error: unknown): NoAnswer {
  if (!(error instanceof OutgoingError)) return "other";
  if (error.fault === "unresolved") return "name";
  return error.fault === "timeout" ? "timeout" : "other";
}
