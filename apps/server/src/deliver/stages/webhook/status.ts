import type { Json } from "@gennaker/contract/json.ts";
import { describe } from "@gennaker/pipeline-model/words.ts";

/** The words of a stage; `success` is null where the stage does not say any. */
export type StatusRules = {
  success: readonly string[] | null;
  canceled: readonly string[];
  terminal: readonly string[];
};

/** What a status means: done, canceled, failed (with why), or still going, with its progress where it is a number. */
export type StatusMeaning =
  | { kind: "done"; percent: number | null }
  | { kind: "canceled" }
  | { kind: "failed"; words: string }
  | { kind: "going"; percent: number | null; words: string };

/**
 * A number is a percentage and 100 is the end. A text or flag is looked up in the lists, upper and lower case alike;
 * a word in several lists means the worst of them. Without a list of success statuses no text can ever mean the end,
 * so the first one fails, as in Spinnaker.
 */
export function statusMeaning(value: Json, path: string, rules: StatusRules): StatusMeaning {
  if (typeof value === "number") {
    return value === 100 ? { kind: "done", percent: 100 } : { kind: "going", percent: value, words: `${value} %` };
  }
  if (typeof value !== "string" && typeof value !== "boolean") {
    const words = `the status at ${path} must be a single text, number or flag, but is ${describe(value)}`;
    return { kind: "failed", words };
  }
  const text = String(value);
  if (rules.success === null) {
    return {
      kind: "failed",
      words: `the status is the text "${text}", but successStatuses says of no text that it is the end`,
    };
  }
  const has = (list: readonly string[]): boolean =>
    list.some((word) => word.trim().toUpperCase() === text.toUpperCase());
  if (has(rules.terminal)) return { kind: "failed", words: `the status is "${text}"` };
  if (has(rules.canceled)) return { kind: "canceled" };
  return has(rules.success)
    ? { kind: "done", percent: null }
    : { kind: "going", percent: null, words: `status "${text}"` };
}
