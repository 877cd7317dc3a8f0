import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../engine/api.ts";
import type { DeliverDeps } from "../deps.ts";
import { requireStrategy } from "../deploy/strategies/registry.ts";
import { settleOnCancel, settleStage } from "../settle-failed-deploy/run.ts";
import { createdName, readState } from "./state.ts";
import { deployTasks, optionsOf } from "./tasks.ts";

/** Deploys one cluster to one region; the strategy then deals with the groups that were there before. */
export function createServerGroupStage(deps: DeliverDeps): StageType {
  return {
    type: "createServerGroup",
    description: "Creates a server group, waits until it serves, and applies its strategy",
    validate: rulesFor("createServerGroup").validate,
    tasks: () => deployTasks(deps, async (context) => context.stage.context),
    ...deployEnds(deps),
  };
}

/** What follows a deploy: the strategy's stages when it went well; otherwise exactly one half stays live. */
export function deployEnds(deps: DeliverDeps): Pick<StageType, "after" | "onFailure" | "cancel"> {
  return {
    after({ stage }) {
      const state = readState(stage.context);
      const created = createdName(stage.context);
      if (state === null || created === null) return [];
      const options = optionsOf(stage);
      return requireStrategy(options.strategy).after({ state, created, options });
    },
    onFailure: ({ stage }) => (readState(stage.context) === null ? [] : [settleStage(stage)]),
    cancel: (context) => settleOnCancel(deps, context),
  };
}
