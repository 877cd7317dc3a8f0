import type { StageType } from "../../../engine/api.ts";
import type { DeliverDeps } from "../deps.ts";
import { readState } from "../create-server-group/state.ts";
import { settleDeploy } from "./run.ts";

/** Runs by itself after a failed deploy and leaves exactly one half live. Not meant to be written into pipelines. */
export function settleFailedDeployStage(deps: DeliverDeps): StageType {
  return {
    type: "settleFailedDeploy",
    description: "Leaves exactly one live server group after a failed deploy",
    validate: () => [],
    tasks: () => [
      {
        name: "settleFailedDeploy",
        async run(context) {
          const state = readState(context.stage.context);
          const stageId = context.stage.context["deployStageId"];
          if (state === null || typeof stageId !== "string") return { status: "SUCCEEDED" };
          return { status: "SUCCEEDED", outputs: { settlement: await settleDeploy(deps, state, stageId, context) } };
        },
      },
    ],
  };
}
