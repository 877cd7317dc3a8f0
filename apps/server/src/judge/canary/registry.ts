import type { StageType } from "../../engine/api.ts";
import { cleanupCanaryClustersStage } from "./stages/cleanup-canary-clusters/stage.ts";
import { deployCanaryServerGroupsStage } from "./stages/deploy-canary-server-groups/stage.ts";
import type { CanaryStageDependencies } from "./stages/kayenta-canary/dependencies.ts";
import { kayentaCanaryStage } from "./stages/kayenta-canary/stage.ts";
import { openCanaryTrafficStage } from "./stages/open-canary-traffic/stage.ts";
import { runCanaryStage } from "./stages/run-canary/stage.ts";

/** Every stage type of canary analysis, one line each. */
export function createCanaryStages(deps: CanaryStageDependencies): readonly StageType[] {
  return [
    kayentaCanaryStage(deps),
    deployCanaryServerGroupsStage(deps),
    openCanaryTrafficStage(deps),
    runCanaryStage(deps),
    cleanupCanaryClustersStage(deps),
  ];
}
