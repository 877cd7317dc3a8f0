import type { z } from "zod";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { clusterSchema } from "@gennaker/pipeline-model/stages/server-groups.ts";
import type { SyntheticStage } from "../../../../engine/api.ts";
import type { Capacity } from "../../../../providers/port/api.ts";
import type { DeployState } from "../../create-server-group/state.ts";

/** What a strategy plans from: pure data. `created` is up and routed (unless it began at size 0). */
export type StrategyInput = {
  state: DeployState;
  created: string;
  options: z.output<typeof clusterSchema>;
  /** The stage that deploys. */
  stage: { id: string; type: string; executionId: string };
};

/** One deployment strategy: one file, one registry line. */
export type Strategy = {
  name: string;
  /** The size at which the new group begins; the full one when absent. */
  initialCapacity?(state: DeployState): Capacity;
  /** Stages to run after the new group is up, in order. */
  after(input: StrategyInput): readonly SyntheticStage[];
  /** True: the stages of `after` deploy themselves; nothing is created before. */
  replacesDeploy?: boolean;
  /** Stages to run after a failed deploy was settled. */
  onFailure?(input: StrategyInput): readonly SyntheticStage[];
};

/** The context that stages on the whole cluster share. */
function clusterContext(state: DeployState): JsonObject {
  return {
    cloudProvider: state.cloudProvider,
    credentials: state.account,
    regions: [state.region],
    cluster: state.cluster,
    moniker: { app: state.application, cluster: state.cluster },
  };
}

/** The same for stages that wait for the new group: it counts as up when so much of it is. */
export function risingContext({ state, options }: StrategyInput): JsonObject {
  const percent = options.targetHealthyDeployPercentage;
  return { ...clusterContext(state), ...(percent === undefined ? {} : { targetHealthyDeployPercentage: percent }) };
}

/** The context of a stage on one group of the cluster. */
export function groupContext(state: DeployState, serverGroupName: string): JsonObject {
  return { ...clusterContext(state), serverGroupName };
}

/** A wait stage, or none for no time. */
export function pause(name: string, seconds: number | undefined): SyntheticStage[] {
  return seconds === undefined || seconds <= 0 ? [] : [{ type: "wait", name, context: { waitTime: seconds } }];
}
