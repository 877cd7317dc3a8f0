import { destroyServerGroupSchema } from "@gennaker/pipeline-model/stages/server-groups.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../engine/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import type { DeliverDeps } from "../deps.ts";
import { determineTargets, targetRefs } from "../server-groups/determine.ts";
import { checkGuards, destroy, outOfTraffic } from "../server-groups/falling.ts";
import type { Falling } from "../server-groups/falling.ts";

/** Takes server groups out of traffic, lets their requests end, and then stops all they run. */
export function destroyServerGroupStage(deps: DeliverDeps): StageType {
  const falling: Falling = {
    refs: targetRefs,
    drainTimeoutSec: (stage) => fieldsOf(destroyServerGroupSchema, stage).drainTimeoutSec,
  };
  return {
    type: "destroyServerGroup",
    description: "Destroys a server group after taking it out of traffic",
    validate: rulesFor("destroyServerGroup").validate,
    tasks: () => [
      determineTargets(deps, destroyServerGroupSchema),
      checkGuards(deps, falling, "destroy"),
      ...outOfTraffic(deps, falling),
      destroy(deps, falling),
    ],
  };
}
