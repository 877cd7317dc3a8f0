import type { StageType } from "../../engine/api.ts";
import type { TrafficDeps } from "./api.ts";
import { shiftTrafficStage } from "./shift-traffic/stage.ts";
import { upsertLoadBalancerStage } from "./upsert-load-balancer/stage.ts";

/** Every stage type of traffic, one line each. */
export function createTrafficStages(deps: TrafficDeps): readonly StageType[] {
  return [upsertLoadBalancerStage(deps), shiftTrafficStage(deps)];
}
