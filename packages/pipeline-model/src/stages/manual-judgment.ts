import { flag, list, maybe, number, object, text, texts } from "../fields.ts";

export const manualJudgmentSchema = object({
  instructions: maybe(text),
  judgmentInputs: maybe(list(object({ value: maybe(text) }))),
  judgmentStatus: maybe(text),
  judgmentInput: maybe(text),
  requiredJudgmentRoles: maybe(texts),
  selectedStageRoles: maybe(texts),
  propagateAuthenticationContext: maybe(flag),
  /** How often people are reminded, for notifications that do not say. */
  notifyEveryMs: maybe(number),
  notifications: maybe(list(object({ notifyEveryMs: maybe(number), when: maybe(texts) }))),
  /** True: people are told of the decision as well. */
  sendNotifications: maybe(flag),
});
