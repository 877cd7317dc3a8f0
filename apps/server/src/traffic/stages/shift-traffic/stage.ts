import { shiftTrafficSchema } from "@gennaker/pipeline-model/stages/traffic.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../engine/api.ts";
import type { TrafficDeps } from "../api.ts";
import { fieldsOf } from "../api.ts";
import { enableTargets, resolveWeights, setWeights, verify, waitForGeneration } from "./run.ts";

/**
 * Pins shares of a load balancer's traffic to server groups; groups without a pin share the rest by healthy instances.
 * The list replaces all pins there are; an empty one removes them.
 */
export function shiftTrafficStage(deps: TrafficDeps): StageType {
  return {
    type: "shiftTraffic",
    description: "Gives server groups shares of a load balancer's traffic",
    validate: rulesFor("shiftTraffic").validate,
    tasks: ({ stage }) => [
      resolveWeights(deps),
      enableTargets(deps),
      setWeights(deps),
      waitForGeneration(deps),
      ...(fieldsOf(shiftTrafficSchema, stage).weights.length === 0 ? [] : [verify(deps)]),
    ],
  };
}
