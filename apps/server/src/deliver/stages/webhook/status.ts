import type { Json } from "@gennaker/contract/json.ts";
import { describe } from "@gennaker/pipeline-model/words.ts";

export type StatusRules = { success: readonly string[]; canceled: readonly string[]; terminal: readonly string[] };

/** What a status means: done, canceled, failed (with why), or still going, with its progress where it is a number. */
export type StatusMeaning =
  | { kind: "done" }
  | { kind: "canceled" }
  | { kind: "failed"; words: string }
  | { kind: "going"; percent: number | null; words: string };

/**
 * A number is a percentage and 100 is the end. A text is looked up in the lists, upper and lower case alike; without
 * any success status no text can ever mean the end, so the first one fails, as in Spinnaker.
 */
export function statusMeaning(value: Json | undefined, path: string, rules: StatusRules): StatusMeaning {
  if (typeof value === "number") {
    return value === 100 ? { kind: "done" } : { kind: "going", percent: value, words: `${value} %` };
  }
  if (typeof value !== "string")
    return { kind: "failed", words: `the status at ${path} must be a text or a number, but is ${describe(value)}` };
  const has = (list: readonly string[]): boolean =>
    list.some((word) => word.trim().toLowerCase() === value.trim().toLowerCase());
  if (has(rules.success)) return { kind: "done" };
  if (has(rules.canceled)) return { kind: "canceled" };
  if (has(rules.terminal)) return { kind: "failed", words: `the status is "${value}"` };
  if (rules.success.length === 0) {
    return {
      kind: "failed",
      words: `the status is the text "${value}", but successStatuses says of no text that it is the end`,
    };
  }
  return { kind: "going", percent: null, words: `status "${value}"` };
}
