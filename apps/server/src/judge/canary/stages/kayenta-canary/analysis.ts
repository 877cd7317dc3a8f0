import type { JsonObject } from "@gennaker/contract/json.ts";
import { TaskError, type ExecutionView, type StageView } from "../../../../engine/api.ts";
import { readCanaryStage, type CanaryScope, type CanarySettings } from "@gennaker/pipeline-model/canary/settings.ts";
import { planSchedule, type Schedule } from "@gennaker/pipeline-model/canary/windows.ts";
import { deployedIn } from "../open-canary-traffic/stage.ts";

/** One pass of a canary stage: what it judges, and when. */
export type Analysis = {
  id: string;
  begunAt: number;
  settings: CanarySettings;
  scopes: CanaryScope[];
  schedule: Schedule;
};

/** The settings of a stage that is about to run: expressions are resolved by now, so every problem counts. */
export function settingsOf(stage: StageView): CanarySettings {
  const { settings, problems } = readCanaryStage(stage.context);
  if (problems.length === 0) return settings;
  const words = problems.map((problem) => `${problem.pointer} ${problem.reason}`).join("; ");
  throw new TaskError("canary.invalid", `The canary stage cannot be run: ${words}.`, {
    details: { problems: problems as unknown as JsonObject[] },
  });
}

/** What `prepareCanary` has written down. */
export function analysisOf(execution: ExecutionView, stage: StageView): Analysis {
  const id = stage.context["canaryAnalysisId"];
  const begun = stage.context["canaryAnalysisBegunAt"];
  if (typeof id !== "string" || typeof begun !== "number") {
    throw new TaskError(
      "canary.noState",
      "The canary stage has lost what its first task wrote down. Restart the stage.",
    );
  }
  const settings = settingsOf(stage);
  return {
    id,
    begunAt: begun,
    settings,
    scopes: scopesOf(settings, execution, stage),
    schedule: planSchedule(settings, begun),
  };
}

/** The stage's scopes; what the stage deployed itself takes the place of the names in them, as in Orca. */
export function scopesOf(settings: CanarySettings, execution: ExecutionView, stage: StageView): CanaryScope[] {
  const child = execution.stages.find(
    (other) => other.parentStageId === stage.id && other.type === "openCanaryTraffic",
  );
  const deployed = child === undefined ? undefined : deployedIn(child.outputs)[0];
  if (deployed === undefined) return settings.scopes;
  const text = (field: string) => (typeof deployed[field] === "string" ? deployed[field] : "");
  return settings.scopes.map((scope) => ({
    ...scope,
    controlScope: text("controlScope"),
    controlLocation: text("controlLocation"),
    experimentScope: text("experimentScope"),
    experimentLocation: text("experimentLocation"),
  }));
}
