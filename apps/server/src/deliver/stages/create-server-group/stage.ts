import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { ExecutionView, StageType, StageView } from "../../../engine/api.ts";
import type { DeliverDeps } from "../deps.ts";
import { requireStrategy } from "../deploy/strategies/registry.ts";
import type { StrategyInput } from "../deploy/strategies/strategy.ts";
import { settleOnCancel, settleStage } from "../settle-failed-deploy/run.ts";
import { waitBeforeDeploy } from "../wait-for-condition/before-deploy.ts";
import { createdName, readState } from "./state.ts";
import { deployTasks, optionsOf } from "./tasks.ts";

/** Deploys one cluster to one region; the strategy then deals with the groups that were there before. */
export function createServerGroupStage(deps: DeliverDeps): StageType {
  return {
    type: "createServerGroup",
    description: "Creates a server group, waits until it serves, and applies its strategy",
    validate: rulesFor("createServerGroup").validate,
    tasks: ({ stage }) => deployTasks(deps, async (context) => context.stage.context, strategyNamed(stage)),
    before: (input) => waitBeforeDeploy(deps, input),
    ...deployEnds(deps),
  };
}

/** The name of the stage's strategy as it is written; the same for a clone. */
export function strategyNamed(stage: StageView): string | undefined {
  const name = stage.context["strategy"];
  return typeof name === "string" ? name : undefined;
}

function inputOf(execution: ExecutionView, stage: StageView): StrategyInput | null {
  const state = readState(stage.context);
  if (state === null) return null;
  const own = { id: stage.id, type: stage.type, executionId: execution.id };
  return { state, created: createdName(stage.context) ?? "", options: optionsOf(stage), stage: own };
}

/** What follows a deploy: the strategy's stages when it went well; otherwise exactly one half stays live. */
export function deployEnds(deps: DeliverDeps): Pick<StageType, "after" | "onFailure" | "cancel"> {
  return {
    after({ execution, stage }) {
      const input = inputOf(execution, stage);
      if (input === null) return [];
      const strategy = requireStrategy(input.options.strategy);
      return input.created === "" && strategy.replacesDeploy !== true ? [] : strategy.after(input);
    },
    onFailure({ execution, stage }) {
      const input = inputOf(execution, stage);
      if (input === null) return [];
      const strategy = requireStrategy(input.options.strategy);
      if (strategy.replacesDeploy === true) return [];
      return [settleStage(stage), ...(strategy.onFailure?.(input) ?? [])];
    },
    cancel: (context) => settleOnCancel(deps, context),
  };
}
