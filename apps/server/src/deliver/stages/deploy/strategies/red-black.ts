import type { SyntheticStage } from "../../../../engine/api.ts";
import type { Strategy } from "./strategy.ts";
import { risingContext, pause } from "./strategy.ts";

/**
 * Spinnaker's order: shrink the cluster (with `maxRemainingAsgs`), wait, disable all but the newest, wait, scale the
 * disabled ones to zero (with `scaleDown`). Without a group to replace it does nothing.
 */
export const redBlack: Strategy = {
  name: "redblack",
  after(input) {
    const { state, options } = input;
    if (state.source === null) return [];
    const cluster = risingContext(input);
    const stages: SyntheticStage[] = [];
    if (options.maxRemainingAsgs !== undefined && options.maxRemainingAsgs > 0) {
      stages.push({
        type: "shrinkCluster",
        name: "shrinkCluster",
        context: {
          ...cluster,
          shrinkToSize: options.maxRemainingAsgs,
          allowDeleteActive: options.allowDeleteActive ?? false,
          retainLargerOverNewer: false,
        },
      });
    }
    stages.push(...pause("Wait before disable", options.delayBeforeDisableSec));
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
          allowScaleDownActive: options.allowScaleDownActive ?? false,
          preferLargerOverNewer: false,
        },
      });
    }
    return stages;
  },
};
