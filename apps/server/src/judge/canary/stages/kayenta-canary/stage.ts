import type { Problem } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { PlanInput, StageType, SyntheticStage } from "../../../../engine/api.ts";
import { cleanUp } from "../../groups/clean-up.ts";
import { canaryStageType, type GroupPorts } from "../../groups/owned.ts";
import { readCanaryStage } from "@gennaker/pipeline-model/canary/settings.ts";
import { aggregateResults } from "./aggregate.ts";
import type { CanaryStageDependencies } from "./dependencies.ts";
import { prepareCanary } from "./prepare.ts";
import { runIntervals } from "./run-intervals.ts";
import { validateClusters } from "./schema.ts";

/** Judges a canary against its baseline, interval by interval, on real metrics. See README.md for the behaviour. */
export function kayentaCanaryStage(deps: CanaryStageDependencies): StageType {
  return {
    type: canaryStageType,
    description: "Judges a canary server group against a baseline on their metrics",
    validate: (stage) => validate(stage, deps),
    before: ({ stage }) =>
      deploys(stage.context)
        ? [
            { type: "deployCanaryServerGroups", name: "Deploy Canary Server Groups", context: {} },
            { type: "openCanaryTraffic", name: "Open Canary Traffic", context: {} },
          ]
        : [],
    tasks: (input) => [prepareCanary(), runIntervals(deps, input), aggregateResults(deps)],
    after: planCleanup,
    onFailure: planCleanup,
    cancel: async (context) => ({ outputs: deploys(context.stage.context) ? await cleanUp(deps, context) : {} }),
  };
}

function planCleanup({ stage }: PlanInput): SyntheticStage[] {
  return deploys(stage.context)
    ? [{ type: "cleanupCanaryClusters", name: "Cleanup Canary Clusters", context: {} }]
    : [];
}

function deploys(context: JsonObject): boolean {
  return (context["deployments"] ?? null) !== null;
}

function validate(stage: JsonObject, ports: GroupPorts): Problem[] {
  const { settings, problems } = readCanaryStage(stage);
  return [...problems, ...validateClusters(settings.deployments, ports.providers)];
}
