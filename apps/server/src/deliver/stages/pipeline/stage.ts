import { toFlag } from "@gennaker/pipeline-model/coerce.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../engine/api.ts";
import { bindProducedArtifacts } from "../artifacts/bind-produced.ts";
import type { DeliverDeps } from "../deps.ts";
import { cancelChild, childId, monitorChild, startChild } from "./run.ts";

/** Runs another pipeline, and by default waits for its end. */
export function pipelineStage(deps: DeliverDeps): StageType {
  return {
    type: "pipeline",
    description: "Runs another pipeline",
    validate: rulesFor("pipeline").validate,
    tasks: ({ stage }) => {
      const waits = toFlag(stage.context["waitForCompletion"] ?? true) !== false;
      // A child that was restarted itself restarts the stage with the child's id: it is watched, not started again.
      const kept = stage.context["_skipPipelineRestart"] === true && childId(stage) !== null;
      return [
        ...(kept ? [] : [startChild(deps)]),
        ...(waits ? [monitorChild(deps)] : []),
        ...(Array.isArray(stage.context["expectedArtifacts"]) ? [bindProducedArtifacts()] : []),
      ];
    },
    cancel: (context) => cancelChild(deps, context),
  };
}
