import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Strategy } from "./strategy.ts";

/**
 * A strategy of people's own: the pipeline `strategyPipeline` of `strategyApplication`, kept among the strategies. It
 * deploys the cluster itself, so nothing is created before it runs.
 */
export const custom: Strategy = {
  name: "custom",
  replacesDeploy: true,
  after({ state, options, stage }) {
    const parameters: JsonObject = {
      application: state.application,
      credentials: state.account,
      cluster: state.cluster,
      moniker: { app: state.application, cluster: state.cluster },
      region: state.region,
      cloudProvider: state.cloudProvider,
      strategy: true,
      clone: stage.type === "cloneServerGroup",
      parentPipelineId: stage.executionId,
      parentStageId: stage.id,
      ...(options.pipelineParameters as JsonObject | undefined),
    };
    const context: JsonObject = {
      application: state.application,
      pipelineApplication: options.strategyApplication ?? state.application,
      pipelineId: options.strategyPipeline ?? null,
      pipelineParameters: parameters,
      strategyCluster: { ...state.document, capacity: state.target, strategy: "none" },
    };
    return [{ type: "pipeline", name: "pipeline", context }];
  },
};
