import { choice, count, flag, list, map, maybe, number, object, text, textsOrCommas } from "../fields.ts";
import { z } from "zod";

export const statusUrlResolutions = ["getMethod", "locationHeader", "webhookResponse"] as const;

export const webhookSchema = object({
  /** Required, unless the stage only monitors a `statusEndpoint`. */
  url: maybe(text),
  /** Where to ask for the status; found out by the stage, or given with `monitorOnly`. */
  statusEndpoint: maybe(text),
  method: maybe(text),
  payload: z.unknown().optional(),
  customHeaders: maybe(map),
  waitForCompletion: maybe(flag),
  statusUrlResolution: maybe(choice(statusUrlResolutions)),
  statusUrlJsonPath: maybe(text),
  statusJsonPath: maybe(text),
  progressJsonPath: maybe(text),
  successStatuses: maybe(textsOrCommas),
  canceledStatuses: maybe(textsOrCommas),
  terminalStatuses: maybe(textsOrCommas),
  failFastStatusCodes: maybe(list(count)),
  webhookRetryStatusCodes: maybe(list(count)),
  retryStatusCodes: maybe(list(count)),
  retries: maybe(z.record(z.string(), object({ maxAttempts: maybe(count) }))),
  waitBeforeMonitor: maybe(number),
  monitorOnly: maybe(flag),
  signalCancellation: maybe(flag),
  cancelEndpoint: maybe(text),
  cancelMethod: maybe(text),
  cancelPayload: z.unknown().optional(),
});
