import { disableServerGroupSchema } from "@gennaker/pipeline-model/stages/server-groups.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType, StageView } from "../../../engine/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import type { DeliverDeps } from "../deps.ts";
import { determineTargets, targetRefs } from "../server-groups/determine.ts";
import { checkGuards, outOfTraffic } from "../server-groups/falling.ts";
import { lowerShare, waitForShare } from "./run.ts";

/** Takes server groups out of traffic, all or (with `desiredPercentage` below 100) a part of it. */
export function disableServerGroupStage(deps: DeliverDeps): StageType {
  const drainTimeoutSec = (stage: StageView): number | undefined =>
    fieldsOf(disableServerGroupSchema, stage).drainTimeoutSec;
  const falling = { refs: targetRefs, drainTimeoutSec };
  return {
    type: "disableServerGroup",
    description: "Takes a server group out of traffic and leaves its instances running",
    validate: rulesFor("disableServerGroup").validate,
    tasks({ stage }) {
      const percentage = fieldsOf(disableServerGroupSchema, stage).desiredPercentage ?? 100;
      if (percentage < 100)
        return [determineTargets(deps, disableServerGroupSchema), lowerShare(deps), waitForShare(deps)];
      return [
        determineTargets(deps, disableServerGroupSchema),
        checkGuards(deps, falling, "disable"),
        ...outOfTraffic(deps, falling),
      ];
    },
  };
}
