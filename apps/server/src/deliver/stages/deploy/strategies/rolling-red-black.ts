import type { JsonObject } from "@gennaker/contract/json.ts";
import type { SyntheticStage } from "../../../../engine/api.ts";
import { shareOf, stretch } from "../../server-groups/capacity.ts";
import type { Strategy, StrategyInput } from "./strategy.ts";
import { groupContext, pause, risingContext } from "./strategy.ts";

/**
 * Begins at size 0 and goes up by `targetPercentages` (50, 100 by default): at each step the new group grows first,
 * then the optional pipeline runs, then the old group gives up the same share of its traffic. At 100 % it is disabled.
 */
export const rollingRedBlack: Strategy = {
  name: "rollingredblack",
  initialCapacity: () => ({ min: 0, max: 0, desired: 0 }),
  after(input) {
    const { state, created, options } = input;
    const resize = (percentage: number): SyntheticStage => ({
      type: "resizeServerGroup",
      name: `Grow to ${percentage}% of desired size`,
      context: {
        ...groupContext(state, created),
        action: "scale_exact",
        capacity:
          percentage === 100 ? state.target : stretch({ ...shareOf(state.target, percentage), max: state.target.max }),
        targetHealthyDeployPercentage: options.targetHealthyDeployPercentage ?? null,
        progressDeadlineSec: options.progressDeadlineSec ?? null,
      },
    });
    const source = state.source;
    if (source === null) return [resize(100)];
    const stages = stepsOf(options.targetPercentages).flatMap((percentage) => [
      resize(percentage),
      ...pause("Wait before cleanup", options.delayBeforeCleanupSec),
      ...check(input),
      percentage < 100 && source.enabled
        ? {
            type: "disableServerGroup",
            name: `Disable ${percentage}% of traffic of ${source.name}`,
            context: { ...groupContext(state, source.name), desiredPercentage: percentage },
          }
        : null,
    ]);
    const cluster = risingContext(input);
    stages.push({
      type: "disableCluster",
      name: "disableCluster",
      context: { ...cluster, remainingEnabledServerGroups: 1, preferLargerOverNewer: false },
    });
    if (options.scaleDown === true) {
      stages.push(...pause("Wait before scale down", options.delayBeforeScaleDownSec), {
        type: "scaleDownCluster",
        name: "scaleDownCluster",
        context: {
          ...cluster,
          remainingFullSizeServerGroups: 1,
          allowScaleDownActive: false,
          preferLargerOverNewer: false,
        },
      });
    }
    return stages.filter((stage) => stage !== null);
  },
};

/** The percentages in rising order, once each, ending with 100. */
export function stepsOf(percentages: readonly number[] | undefined): number[] {
  const wanted = percentages === undefined || percentages.length === 0 ? [50, 100] : percentages;
  return [...new Set([...wanted.filter((percentage) => percentage > 0 && percentage < 100), 100])].sort(
    (a, b) => a - b,
  );
}

function check({ state, created, options }: StrategyInput): SyntheticStage[] {
  const pipeline = options.pipelineBeforeCleanup;
  if (pipeline?.pipelineId === undefined || pipeline.pipelineId === "") return [];
  const parameters: JsonObject = { ...(pipeline.pipelineParameters as JsonObject | undefined), serverGroup: created };
  const context = {
    application: pipeline.application ?? state.application,
    pipeline: pipeline.pipelineId,
    pipelineParameters: parameters,
  };
  return [{ type: "pipeline", name: "Run pipeline before cleanup", context }];
}
