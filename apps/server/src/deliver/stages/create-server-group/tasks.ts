import type { JsonObject } from "@gennaker/contract/json.ts";
import { clusterSchema } from "@gennaker/pipeline-model/stages/server-groups.ts";
import { TaskError } from "../../../engine/api.ts";
import type { StageView, TaskContext, TaskDefinition } from "../../../engine/api.ts";
import type { ServerGroupRef } from "../../../providers/port/api.ts";
import { accountOf, fieldsIn, operationOf } from "../../../traffic/stages/api.ts";
import { actingUser } from "../acting-user.ts";
import type { DeliverDeps } from "../deps.ts";
import { requireStrategy } from "../deploy/strategies/registry.ts";
import { waitForUp, waitUntilRouted } from "../server-groups/rising.ts";
import type { Rising } from "../server-groups/rising.ts";
import { determineSource } from "./determine-source.ts";
import { createdName, readState, writeState } from "./state.ts";
import type { DeployState, Source } from "./state.ts";

/** The tasks of a deploy in one region. `clusterOf` gives the cluster to deploy: the stage's own, or a clone's. */
export function deployTasks(
  deps: DeliverDeps,
  clusterOf: (context: TaskContext) => Promise<JsonObject>,
  strategy: string | undefined,
): readonly TaskDefinition[] {
  const rising: Rising = {
    refs: createdRefs,
    healthyPercent: (stage) => optionsOf(stage).targetHealthyDeployPercentage,
    deadlineSec: (stage) => optionsOf(stage).progressDeadlineSec,
  };
  const determine: TaskDefinition[] = [
    {
      name: "determineSourceServerGroup",
      async run(context) {
        return {
          status: "SUCCEEDED",
          context: writeState(await determineSource(deps, await clusterOf(context), context)),
        };
      },
    },
  ];
  // A strategy of people's own deploys the cluster itself.
  if (strategy === "custom") return determine;
  return [
    ...determine,
    create(deps),
    waitForUp(deps, "waitForUpInstances", rising),
    waitUntilRouted(deps, "waitForRouters", rising),
    report(),
  ];
}

/** Creates the group at the size at which the strategy begins. The launch document names the stage that did it. */
function create(deps: DeliverDeps): TaskDefinition {
  return {
    name: "createServerGroup",
    async run(context) {
      const state = stateOf(context.stage);
      const { provider } = await accountOf(deps, state.account);
      const strategy = requireStrategy(optionsOf(context.stage).strategy);
      const capacity = strategy.initialCapacity?.(state) ?? state.target;
      const mark = { executionId: context.execution.id, stageId: context.stage.id };
      const user = actingUser(context.execution, context.stage);
      const previous = state.source === null ? {} : { previousServerGroup: previousOf(state.source) };
      const cluster: JsonObject = { ...state.document, capacity, deployedBy: mark, ...previous };
      const ref = await provider.createServerGroup(operationOf(context, user, "create"), cluster);
      return { status: "SUCCEEDED", context: { "deploy.server.groups": { [ref.region]: [ref.name] } } };
    },
  };
}

/** What the new group replaces: a rollback to the previous image goes back to it, also when it is gone by then. */
function previousOf({ name, artifact }: Source): JsonObject {
  return { name, artifact: artifact ?? null };
}

/** Makes the new group known downstream, in Spinnaker's names. */
function report(): TaskDefinition {
  return {
    name: "reportServerGroup",
    async run({ stage }) {
      const state = stateOf(stage);
      const name = createdName(stage.context);
      const entry: JsonObject = {
        account: state.account,
        region: state.region,
        cloudProvider: state.cloudProvider,
        serverGroup: name,
        cluster: state.cluster,
        ...(state.source === null ? {} : { sourceServerGroup: state.source.name }),
      };
      const groups = stage.context["deploy.server.groups"] ?? {};
      return { status: "SUCCEEDED", outputs: { "deploy.server.groups": groups, deployedServerGroups: [entry] } };
    },
  };
}

function createdRefs(stage: StageView): ServerGroupRef[] {
  const state = readState(stage.context);
  const name = createdName(stage.context);
  return state === null || name === null ? [] : [{ account: state.account, region: state.region, name }];
}

/** The state that the first task wrote; without it nothing later can run. */
function stateOf(stage: StageView): DeployState {
  const state = readState(stage.context);
  if (state !== null) return state;
  throw new TaskError(
    "deploy.noState",
    `Stage ${stage.refId} has lost what its first task found out. Restart the stage.`,
  );
}

/** Strategy, health and delay options, from the cluster that was deployed. */
export function optionsOf(stage: StageView) {
  return fieldsIn(clusterSchema, stateOf(stage).document, stage.type);
}
