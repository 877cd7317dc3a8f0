import type { Database } from "../platform/database/api.ts";
import { controlTopic } from "./create-control.ts";
import { stageFrozen, type Controls, type Deploys } from "./controls.ts";
import { isSkipped } from "./skipped-wait.ts";
import type { StageType, TaskResult } from "./api.ts";

export const freezeType = "waitForFreeze";

/** Also without a wake-up it looks this often: a calendar may have been changed by hand. */
const longestWaitMs = 60_000;

/**
 * The stage that the engine puts before one that a freeze calendar holds: it waits until no calendar freezes that stage any more, an
 * exception lets it through, or somebody patches it with `skipRemainingWait: true`. At each look it reads the calendars as they are.
 */
export function createFreezeStage(options: { database: Database; controls: Controls; deploys: Deploys }): StageType {
  return {
    type: freezeType,
    description: "Waits until no freeze calendar holds the stage it belongs to.",
    validate: () => [],
    tasks: () => [
      {
        name: "waitForFreeze",
        async run(context): Promise<TaskResult> {
          if (isSkipped(context)) return { status: "SUCCEEDED" };
          const state = await options.controls.read(options.database);
          const now = context.now().getTime();
          const held = String(context.stage.context["stageType"] ?? "");
          const frozen = stageFrozen(state, context.execution, held, options.deploys, now);
          if (frozen === null) return { status: "SUCCEEDED" };
          return {
            status: "RUNNING",
            retryAfterMs: Math.min(longestWaitMs, Math.max(1, frozen.until - now)),
            wakeOn: [controlTopic],
            waiting: frozen.explanation,
          };
        },
      },
    ],
  };
}
