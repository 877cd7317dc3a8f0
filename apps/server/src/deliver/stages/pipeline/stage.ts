import { toFlag } from "@gennaker/pipeline-model/coerce.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../engine/api.ts";
import type { DeliverDeps } from "../deps.ts";
import { cancelChild, monitorChild, startChild } from "./run.ts";

/** Runs another pipeline, and by default waits for its end. */
export function pipelineStage(deps: DeliverDeps): StageType {
  return {
    type: "pipeline",
    description: "Runs another pipeline",
    validate: rulesFor("pipeline").validate,
    tasks: ({ stage }) => {
      const waits = toFlag(stage.context["waitForCompletion"] ?? true) !== false;
      return waits ? [startChild(deps), monitorChild(deps)] : [startChild(deps)];
    },
    cancel: (context) => cancelChild(deps, context),
  };
}
