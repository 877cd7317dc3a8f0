import { waitForConditionSchema } from "@gennaker/pipeline-model/stages/artifacts.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../engine/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Holds a pipeline while its `status` is WAITING; a patch of the stage to SKIPPED, or any other status, lets it go on.
 * Without a status nothing holds it.
 */
export function waitForConditionStage(): StageType {
  return {
    type: "waitForCondition",
    description: "Waits while a condition holds it",
    validate: rulesFor("waitForCondition").validate,
    tasks: () => [
      {
        name: "waitForCondition",
        timeoutMs: 7 * dayMs,
        async run({ stage }) {
          const { status, cluster, region, account } = fieldsOf(waitForConditionSchema, stage);
          if (status?.toUpperCase() !== "WAITING") return { status: "SUCCEEDED", context: { status: "SKIPPED" } };
          const place = [cluster, region, account].filter((part) => part !== undefined && part !== "").join(" in ");
          const message = `Waits until it is let go: set the stage's status to SKIPPED${place === "" ? "" : ` (${place})`}`;
          return {
            status: "RUNNING",
            retryAfterMs: dayMs,
            wakeOn: [`stage:${stage.id}`],
            waiting: { code: "wait.condition", message },
          };
        },
      },
    ],
  };
}
