import type { Explanation } from "@gennaker/contract/resources/common.ts";
import type { Execution } from "@gennaker/contract/resources/execution.ts";

const holds = new Set(["freeze.closed", "engine.paused"]);

/** The runs that a pause or a freeze holds, each with the explanation that says so. */
export function heldRuns<Run extends Pick<Execution, "stages" | "failure">>(
  runs: readonly Run[],
): { run: Run; why: Explanation }[] {
  return runs.flatMap((run) => {
    const waits = run.stages
      .filter((stage) => stage.status === "RUNNING" || stage.status === "NOT_STARTED")
      .flatMap((stage) => stage.tasks.map((task) => task.waiting));
    const why = [run.failure ?? null, ...waits].find((each) => each !== null && holds.has(each.code));
    return why ? [{ run, why }] : [];
  });
}
