import type { JsonObject } from "@gennaker/contract/json.ts";
import type { SyntheticStage } from "../../../../engine/api.ts";
import { shareOf, stretch } from "../../server-groups/capacity.ts";
import type { Strategy, StrategyInput } from "./strategy.ts";
import { groupContext, pause, risingContext } from "./strategy.ts";

/** A step whose failure is ignored does not keep the next ones from being taken. */
const lets: JsonObject = { allowSiblingStagesToContinueOnFailure: true };
const optional: JsonObject = { ...lets, continuePipeline: true };

/**
 * Begins at size 0 and goes up by `deploySteps`, ending with 100. After each step a deployment monitor is asked; its
 * "complete" skips to 100, its "abort" ends the deploy, which then goes back as `failureActions` say. At each step the
 * new group grows before the old one gives up its share of the traffic.
 */
export const monitored: Strategy = {
  name: "monitored",
  initialCapacity: () => ({ min: 0, max: 0, desired: 0 }),
  after(input) {
    const { state, options } = input;
    const watched = monitorContext(input);
    const cluster = risingContext(input);
    const percentages = stepsOf(options.deploySteps);
    return [
      ...(watched === null
        ? []
        : [
            {
              type: "notifyDeployStarting",
              name: "Notify monitored deploy starting",
              context: { ...watched, ...lets },
            },
          ]),
      ...percentages.map((percentage): SyntheticStage => ({
        type: "monitoredDeployStep",
        name: `Deploy ${percentage}%`,
        context: { percentage, steps: step(input, percentage, watched), ...lets },
      })),
      ...(state.source !== null && options.scaleDown === true
        ? [
            ...pause("Wait Before Scale Down", options.delayBeforeScaleDownSec),
            {
              type: "scaleDownCluster",
              name: "scaleDown",
              context: {
                ...cluster,
                allowScaleDownActive: false,
                remainingFullSizeServerGroups: 1,
                preferLargerOverNewer: false,
                ...optional,
              },
            },
          ]
        : []),
      ...((options.maxRemainingAsgs ?? 0) > 0
        ? [
            {
              type: "shrinkCluster",
              name: "shrinkCluster",
              context: {
                ...cluster,
                shrinkToSize: options.maxRemainingAsgs ?? 0,
                allowDeleteActive: false,
                retainLargerOverNewer: false,
                ...optional,
              },
            },
          ]
        : []),
      ...(watched === null
        ? []
        : [
            {
              type: "notifyDeployCompleted",
              name: "Notify monitored deploy complete",
              context: { ...watched, ...optional },
            },
          ]),
    ];
  },
  onFailure(input) {
    const watched = monitorContext(input);
    if (watched === null) return [];
    const back = input.options.failureActions?.rollback;
    const context = { ...watched, hasDeploymentFailed: true, rollsBack: back === "Automatic" || back === "Manual" };
    return [{ type: "notifyDeployCompleted", name: "Notify monitored deploy complete", context }];
  },
};

/** The percentages in rising order, once each, ending with 100; all at once without any. */
function stepsOf(percentages: readonly number[] | undefined): number[] {
  const below = (percentages ?? []).filter((percentage) => percentage > 0 && percentage < 100);
  return [...new Set([...below, 100])].sort((a, b) => a - b);
}

function step(input: StrategyInput, percentage: number, watched: JsonObject | null): JsonObject[] {
  const { state, created, options } = input;
  const stages: JsonObject[] = [
    {
      type: "resizeServerGroup",
      name: `Grow ${created} to ${percentage}% of Desired Size`,
      context: {
        ...groupContext(state, created),
        action: "scale_exact",
        capacity:
          percentage === 100 ? state.target : stretch({ ...shareOf(state.target, percentage), max: state.target.max }),
        targetHealthyDeployPercentage: options.targetHealthyDeployPercentage ?? null,
        progressDeadlineSec: options.progressDeadlineSec ?? null,
      },
    },
  ];
  if (state.source?.enabled === true)
    stages.push({
      type: "disableServerGroup",
      name: `Disable ${percentage}% of Traffic on ${state.source.name}`,
      context: { ...groupContext(state, state.source.name), desiredPercentage: percentage },
    });
  if (watched !== null)
    stages.push({
      type: "evaluateDeploymentHealth",
      name: "Evaluate health of deployed instances",
      context: { ...watched, currentProgress: percentage, ...lets },
    });
  return stages;
}

/** What the monitor is told, in Orca's words; null without a monitor. */
function monitorContext({
  state,
  created,
  options,
}: Pick<StrategyInput, "state" | "created" | "options">): JsonObject | null {
  const monitor = options.deploymentMonitor;
  if (monitor?.id === undefined || monitor.id === "") return null;
  return {
    account: state.account,
    region: state.region,
    cloudProvider: state.cloudProvider,
    application: state.application,
    newServerGroup: created,
    oldServerGroup: state.source?.name ?? null,
    deploymentMonitor: monitor as JsonObject,
  };
}
