import type { StageType } from "../../engine/api.ts";
import { checkPreconditionStage, checkPreconditionsStage } from "./check-preconditions/stage.ts";
import { createServerGroupStage } from "./create-server-group/stage.ts";
import { deployStage } from "./deploy/stage.ts";
import type { DeliverDeps } from "./deps.ts";
import { destroyServerGroupStage } from "./destroy-server-group/stage.ts";
import { disableClusterStage } from "./disable-cluster/stage.ts";
import { disableServerGroupStage } from "./disable-server-group/stage.ts";
import { enableServerGroupStage } from "./enable-server-group/stage.ts";
import { resizeServerGroupStage } from "./resize-server-group/stage.ts";
import { scaleDownClusterStage } from "./scale-down-cluster/stage.ts";
import { settleFailedDeployStage } from "./settle-failed-deploy/stage.ts";
import { shrinkClusterStage } from "./shrink-cluster/stage.ts";
import { waitStage } from "./wait/stage.ts";

/** Every stage type of delivery that does not belong to one provider, one line each. */
export function createDeliverStages(deps: DeliverDeps): readonly StageType[] {
  return [
    waitStage(),
    checkPreconditionsStage(),
    checkPreconditionStage(deps),
    deployStage(deps),
    createServerGroupStage(deps),
    settleFailedDeployStage(deps),
    resizeServerGroupStage(deps),
    enableServerGroupStage(deps),
    disableServerGroupStage(deps),
    destroyServerGroupStage(deps),
    disableClusterStage(deps),
    shrinkClusterStage(deps),
    scaleDownClusterStage(deps),
  ];
}
