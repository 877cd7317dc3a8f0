import { TaskError, type TaskDefinition } from "../../../../engine/api.ts";
import { planSchedule } from "@gennaker/pipeline-model/canary/windows.ts";
import { scopesOf, settingsOf } from "./analysis.ts";

/** Writes down when the analysis begins, so that windows stay where they are whatever is restarted later. */
export function prepareCanary(): TaskDefinition {
  return {
    name: "prepareCanary",
    async run(context) {
      const { execution, stage } = context;
      const settings = settingsOf(stage);
      for (const scope of scopesOf(settings, execution, stage)) {
        if (scope.controlScope === "" || scope.experimentScope === "") {
          throw new TaskError(
            "canary.scopeEmpty",
            `Scope "${scope.scopeName}" names no ${scope.controlScope === "" ? "control" : "experiment"} server group. Give ${scope.controlScope === "" ? "controlScope" : "experimentScope"}, or deployments.`,
          );
        }
      }
      const begunAt = context.now().getTime();
      const schedule = planSchedule(settings, begunAt);
      return {
        status: "SUCCEEDED",
        context: {
          canaryAnalysisId: context.operationKey,
          canaryAnalysisBegunAt: begunAt,
          canaryAnalysisRuns: schedule.runs,
          intervals: [],
          canaryScores: [],
        },
      };
    },
  };
}
