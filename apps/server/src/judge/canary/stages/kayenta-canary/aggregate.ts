import type { TaskDefinition } from "../../../../engine/api.ts";
import { decide } from "../../run/verdict.ts";
import { analysisOf } from "./analysis.ts";
import type { CanaryStageDependencies } from "./dependencies.ts";
import { progressOf } from "./progress.ts";

/** Orca's last task: the scores of all runs, and in words why they were good enough. */
export function aggregateResults(deps: CanaryStageDependencies): TaskDefinition {
  return {
    name: "aggregateCanaryResults",
    async run({ execution, stage }) {
      const analysis = analysisOf(execution, stage);
      const runs = await deps.runs.summaries(execution.id, stage.id, analysis.id);
      const decision = decide(runs, analysis.schedule.runs, analysis.settings.thresholds);
      const progress = progressOf(runs, decision);
      if (decision.state === "passed") return { status: "SUCCEEDED", context: progress, outputs: progress };
      const failure =
        decision.state === "failed"
          ? { code: decision.code, message: decision.message }
          : {
              code: "canary.runsMissing",
              message: `Only ${runs.length} of ${analysis.schedule.runs} canary runs are stored. Restart the stage.`,
            };
      return { status: "TERMINAL", context: progress, outputs: progress, failure };
    },
  };
}
