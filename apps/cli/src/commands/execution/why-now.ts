import type { Execution } from "@gennaker/contract/resources/execution.ts";
import { executionReason } from "../../output/execution-tree.ts";

/** In one sentence what an execution waits for, or why it ended as it did; empty where there is nothing to say. */
export function whyNow(execution: Execution): string {
  const own = executionReason(execution);
  if (own !== null) return own;
  const failed = execution.stages.filter((stage) => stage.failure !== null);
  // An outer stage repeats the failure of an inner one: the innermost is nearest to the cause.
  const cause = failed.findLast((stage) => stage.parentStageId !== null) ?? failed[0];
  if (cause?.failure && execution.status !== "SUCCEEDED") return `${cause.name}: ${cause.failure.message}`;
  for (const stage of execution.stages) {
    const waiting = stage.tasks.find((task) => task.status === "RUNNING" && task.waiting !== null)?.waiting;
    if (stage.status === "RUNNING" && waiting) return `${stage.name}: ${waiting.message}`;
  }
  return "";
}
