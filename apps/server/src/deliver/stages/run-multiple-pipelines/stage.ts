import { toFlag } from "@gennaker/pipeline-model/coerce.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../engine/api.ts";
import type { DeliverDeps } from "../deps.ts";
import type { RunDeps } from "./run.ts";
import { cancelChildren, monitorLevel, parsePlan, startLevel } from "./run.ts";

/** Runs the pipelines of a plan in levels, those of a level side by side, and waits for their ends. */
export function runMultiplePipelinesStage(deps: Pick<DeliverDeps, keyof RunDeps>): StageType {
  return {
    type: "runMultiplePipelines",
    description: "Runs several pipelines in the order of a plan",
    validate: rulesFor("runMultiplePipelines").validate,
    tasks: ({ stage }) => [
      { name: "parsePipelinesYaml", run: async (context) => parsePlan(context.stage) },
      { name: "runMultiplePipelines", loopStart: true, run: (context) => startLevel(deps, context) },
      monitorLevel(deps, toFlag(stage.context["ignoreUncompleted"]) === true),
    ],
    cancel: (context) => cancelChildren(deps, context),
  };
}
