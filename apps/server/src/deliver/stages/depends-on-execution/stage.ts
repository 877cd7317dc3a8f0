import { dependsOnExecutionSchema } from "@gennaker/pipeline-model/stages/pipeline.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import { TaskError, type StageType } from "../../../engine/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import { finished } from "../children/outcome.ts";
import type { DeliverDeps } from "../deps.ts";

const twoHoursMs = 2 * 3_600_000;
/** A safety net only: the end of the run wakes the task. */
const lookAgainMs = 60_000;
const good: ReadonlySet<string> = new Set(["SUCCEEDED", "STOPPED", "SKIPPED"]);

/** Waits for the end of a run that another stage or another pipeline started. */
export function dependsOnExecutionStage(deps: Pick<DeliverDeps, "getExecution">): StageType {
  return {
    type: "dependsOnExecution",
    description: "Waits until another run has ended well",
    validate: rulesFor("dependsOnExecution").validate,
    tasks: () => [
      {
        name: "dependsOnExecution",
        timeoutMs: twoHoursMs,
        async run({ stage }) {
          const { executionId, executionType } = fieldsOf(dependsOnExecutionSchema, stage);
          const run = await deps.getExecution(executionId);
          if (run === null || run.type !== executionType.toUpperCase())
            throw new TaskError("dependsOn.none", `There is no ${executionType} run ${executionId}.`);
          if (good.has(run.status)) return { status: "SUCCEEDED" };
          if (finished.has(run.status)) {
            const reason = `Depended-on execution completed with status ${run.status}`;
            const failure = { code: "dependsOn.failed", message: `Run ${run.id} ("${run.name}") ended ${run.status}.` };
            return { status: "CANCELED", context: { reason }, failure };
          }
          return {
            status: "RUNNING",
            retryAfterMs: lookAgainMs,
            wakeOn: [`execution:${run.id}`],
            waiting: {
              code: "dependsOn.waiting",
              message: `Waits for run ${run.id} ("${run.name}"), which is ${run.status}`,
            },
          };
        },
      },
    ],
  };
}
