import { flag, list, maybe, number, object, text, texts } from "../fields.ts";

export const manualJudgmentSchema = object({
  instructions: maybe(text),
  judgmentInputs: maybe(list(object({ value: maybe(text) }))),
  judgmentStatus: maybe(text),
  judgmentInput: maybe(text),
  requiredJudgmentRoles: maybe(texts),
  selectedStageRoles: maybe(texts),
  propagateAuthenticationContext: maybe(flag),
  notifyEveryMs: maybe(number),
});
