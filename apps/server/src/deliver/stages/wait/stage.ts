import { fieldsOf } from "../../../traffic/stages/api.ts";
import { waitSchema } from "@gennaker/pipeline-model/stages/wait.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../engine/api.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** Waits `waitTime` seconds; a patch with `skipRemainingWait` ends it at once. */
export function waitStage(): StageType {
  return {
    type: "wait",
    description: "Waits a number of seconds",
    validate: rulesFor("wait").validate,
    tasks: ({ stage }) => [
      {
        name: "wait",
        timeoutMs: Math.max(0, fieldsOf(waitSchema, stage).waitTime ?? 0) * 1000 + dayMs,
        async run(context) {
          const fields = fieldsOf(waitSchema, context.stage);
          if (fields.skipRemainingWait === true) return { status: "SUCCEEDED" };
          const start = context.task.startTime === null ? context.now() : new Date(context.task.startTime);
          const until = new Date(start.getTime() + Math.max(0, fields.waitTime ?? 0) * 1000);
          const leftMs = until.getTime() - context.now().getTime();
          if (leftMs <= 0) return { status: "SUCCEEDED" };
          return {
            status: "RUNNING",
            retryAfterMs: leftMs,
            wakeOn: [`stage:${context.stage.id}`],
            waiting: {
              code: "wait.time",
              message: `Waits until ${until.toISOString()}`,
              details: { until: until.toISOString(), seconds: fields.waitTime ?? 0 },
            },
          };
        },
      },
    ],
  };
}
