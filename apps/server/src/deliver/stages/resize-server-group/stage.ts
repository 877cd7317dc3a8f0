import { resizeServerGroupSchema } from "@gennaker/pipeline-model/stages/server-groups.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../engine/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import type { DeliverDeps } from "../deps.ts";
import { determineTargets, targetRefs } from "../server-groups/determine.ts";
import { waitForUp, waitUntilRouted } from "../server-groups/rising.ts";
import type { Rising } from "../server-groups/rising.ts";
import { determineCapacity, resize, waitForFewer } from "./run.ts";

/** Changes the size of server groups and waits until it is reached. */
export function resizeServerGroupStage(deps: DeliverDeps): StageType {
  const rising: Rising = {
    refs: targetRefs,
    healthyPercent: (stage) => fieldsOf(resizeServerGroupSchema, stage).targetHealthyDeployPercentage,
    deadlineSec: (stage) => fieldsOf(resizeServerGroupSchema, stage).progressDeadlineSec,
  };
  return {
    type: "resizeServerGroup",
    description: "Changes the size of a server group",
    validate: rulesFor("resizeServerGroup").validate,
    tasks: () => [
      determineTargets(deps, resizeServerGroupSchema),
      determineCapacity(deps),
      resize(deps),
      waitForUp(deps, "waitForCapacity", rising),
      waitForFewer(deps),
      waitUntilRouted(deps, "waitForRouters", rising),
    ],
  };
}
