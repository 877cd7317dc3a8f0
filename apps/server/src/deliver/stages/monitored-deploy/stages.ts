import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { monitoredDeploySchema } from "@gennaker/pipeline-model/stages/monitored-deploy.ts";
import type { ExecutionView, StageType, StageView, SyntheticStage, TaskDefinition } from "../../../engine/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import type { MonitorDeps } from "./ask.ts";
import { analysisMs, askMonitor, monitorNamed, tellCompleted } from "./ask.ts";

/** The stages of a monitored deploy. They are planned by the strategy, not written into pipelines. */
export function monitoredDeployStages(deps: MonitorDeps): readonly StageType[] {
  const asking = (name: string, path: "starting" | "evaluateHealth", stage: StageView): TaskDefinition[] => [
    { name, timeoutMs: timeoutOf(deps, stage), run: (context) => askMonitor(deps, context, path) },
  ];
  return [
    {
      type: "notifyDeployStarting",
      description: "Tells a deployment monitor that a deploy starts, and waits for its word",
      validate: () => [],
      tasks: ({ stage }) => asking("notifyDeployStarting", "starting", stage),
    },
    {
      type: "evaluateDeploymentHealth",
      description: "Asks a deployment monitor whether the new instances are healthy",
      validate: () => [],
      tasks: ({ stage }) => asking("evaluateDeploymentHealth", "evaluateHealth", stage),
    },
    {
      type: "notifyDeployCompleted",
      description: "Tells a deployment monitor how a deploy ended",
      validate: () => [],
      tasks: () => [{ name: "notifyDeployCompleted", run: (context) => tellCompleted(deps, context) }],
    },
    {
      type: "monitoredDeployStep",
      description: "One step of a monitored deploy: grow, shift traffic, ask the monitor",
      validate: () => [],
      before: ({ execution, stage }) => (isSkipped(execution, stage) ? [] : stepsIn(stage.context)),
      tasks: () => [],
    },
  ];
}

function timeoutOf(deps: MonitorDeps, stage: StageView): number {
  const fields = fieldsOf(monitoredDeploySchema, stage);
  return analysisMs(fields, monitorNamed(deps, fields.deploymentMonitor.id)) + 5 * 60_000;
}

/** A step that an earlier one's monitor skips, because it said "complete". */
function isSkipped(execution: ExecutionView, stage: StageView): boolean {
  const before = execution.stages.filter(
    ({ parentStageId, type }) => parentStageId === stage.parentStageId && type === "monitoredDeployStep",
  );
  const ids = new Set(before.map(({ id }) => id));
  const to = execution.stages
    .filter(({ parentStageId }) => parentStageId !== null && ids.has(parentStageId))
    .map(({ outputs }) => outputs["skipToPercentage"]);
  return to.some((percentage) => typeof percentage === "number" && Number(stage.context["percentage"]) < percentage);
}

function stepsIn(context: JsonObject): SyntheticStage[] {
  const steps = context["steps"];
  return (Array.isArray(steps) ? steps : []).filter(isJsonObject).map(({ type, name, context: own }) => ({
    type: String(type),
    name: String(name),
    context: isJsonObject(own ?? null) ? (own as JsonObject) : {},
  }));
}
