import { amount, choice, flag, list, map, maybe, number, object, text, texts } from "./fields.ts";
import { expectedArtifactSchema, notificationSchema } from "./pipeline-schema.ts";
import { z } from "zod";
import { toNumber } from "./coerce.ts";

const whole = (min: number, max: number) => z.preprocess(toNumber, z.int().min(min).max(max));

const common = {
  type: text,
  name: maybe(text),
  refId: maybe(text),
  requisiteStageRefIds: maybe(texts),
  comments: maybe(text),
  alias: maybe(text),
  failPipeline: maybe(flag),
  continuePipeline: maybe(flag),
  completeOtherBranchesThenFail: maybe(flag),
  failOnFailedExpressions: maybe(flag),
  stageEnabled: maybe(object({ type: maybe(text), expression: maybe(text) })),
  restrictExecutionDuringTimeWindow: maybe(flag),
  restrictedExecutionWindow: maybe(
    object({
      days: maybe(list(whole(1, 7))),
      whitelist: maybe(
        list(
          object({
            startHour: maybe(whole(0, 24)),
            startMin: maybe(whole(0, 59)),
            endHour: maybe(whole(0, 24)),
            endMin: maybe(whole(0, 59)),
          }),
        ),
      ),
      jitter: maybe(
        object({ enabled: maybe(flag), minDelay: maybe(amount), maxDelay: maybe(amount), skipManual: maybe(flag) }),
      ),
    }),
  ),
  skipWindowText: maybe(text),
  stageTimeoutMs: maybe(amount),
  backoffPeriodMs: maybe(amount),
  markSuccessfulOnTimeout: maybe(flag),
  notifications: maybe(list(notificationSchema)),
  sendNotifications: maybe(flag),
  expectedArtifacts: maybe(list(expectedArtifactSchema)),
  requiredArtifactIds: maybe(list(z.unknown())),
  selectedStageRoles: maybe(texts),
  startTimeExpiry: maybe(number),
  expressions: maybe(choice(["spel", "cel"])),
  stageMetadata: maybe(map),
};

/** What the engine reads of every stage, whatever its type. */
export const commonStageSchema = object(common);

/** Names of the fields that belong to every stage, not to its type. */
export const commonStageFields: readonly string[] = [
  ...Object.keys(common),
  "syntheticStageOwner",
  "parentStageId",
  "id",
];
