import { amount, flag, maybe, number, object, text } from "../fields.ts";

/** `waitTime` in seconds; absent or negative is no wait, as in Spinnaker. */
export const waitSchema = object({
  waitTime: maybe(number),
  skipRemainingWait: maybe(flag),
  skipWaitText: maybe(text),
  startTime: maybe(amount),
});
