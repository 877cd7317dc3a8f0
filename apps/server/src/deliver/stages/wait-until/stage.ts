import { waitUntilSchema } from "@gennaker/pipeline-model/stages/artifacts.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../engine/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";

/** As long as Orca's own limit, about 25 days. */
const timeoutMs = 2 ** 31 - 1;

/** Waits until a moment, given in epoch milliseconds. */
export function waitUntilStage(): StageType {
  return {
    type: "waitUntil",
    description: "Waits until a moment",
    validate: rulesFor("waitUntil").validate,
    tasks: () => [
      {
        name: "waitUntil",
        timeoutMs,
        async run({ stage, now }) {
          const { epochMillis } = fieldsOf(waitUntilSchema, stage);
          const leftMs = (epochMillis ?? 0) - now().getTime();
          if (epochMillis === undefined || leftMs <= 0) return { status: "SUCCEEDED" };
          const until = new Date(Math.min(epochMillis, 8.64e15)).toISOString();
          const waiting = { code: "wait.until", message: `Waits until ${until}`, details: { until } };
          return { status: "RUNNING", retryAfterMs: leftMs, wakeOn: [`stage:${stage.id}`], waiting };
        },
      },
    ],
  };
}
