import { disableClusterSchema } from "@gennaker/pipeline-model/stages/server-groups.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType, TaskDefinition } from "../../../engine/api.ts";
import { TaskError } from "../../../engine/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import type { DeliverDeps } from "../deps.ts";
import { chooseToDisable } from "../server-groups/cluster-choice.ts";
import { determineChoice, keptRefs } from "../server-groups/choose.ts";
import { targetRefs } from "../server-groups/determine.ts";
import { checkGuards, outOfTraffic } from "../server-groups/falling.ts";
import { present } from "../server-groups/inventory.ts";
import { waitForUp, waitUntilRouted } from "../server-groups/rising.ts";
import type { Rising } from "../server-groups/rising.ts";

/** Disables all but the newest enabled groups, once those that stay are up and in traffic. */
export function disableClusterStage(deps: DeliverDeps): StageType {
  const falling = { refs: targetRefs };
  const kept: Rising = {
    refs: keptRefs,
    healthyPercent: (stage) => fieldsOf(disableClusterSchema, stage).targetHealthyDeployPercentage,
  };
  return {
    type: "disableCluster",
    description: "Disables all but the newest server groups of a cluster",
    validate: rulesFor("disableCluster").validate,
    tasks: () => [
      determineChoice(deps, disableClusterSchema, (groups, stage) => {
        const fields = fieldsOf(disableClusterSchema, stage);
        return chooseToDisable(groups, fields.remainingEnabledServerGroups ?? 1, fields.preferLargerOverNewer ?? false);
      }),
      refuseEmpty(deps),
      waitForUp(deps, "waitForRemainingInstances", kept),
      waitUntilRouted(deps, "waitForRemainingInTraffic", kept),
      checkGuards(deps, falling, "disable"),
      ...outOfTraffic(deps, falling),
    ],
  };
}

/** Whatever the guards say: groups are not lowered in favour of ones that have size 0. */
function refuseEmpty(deps: DeliverDeps): TaskDefinition {
  return {
    name: "checkRemainingServerGroups",
    async run({ stage }) {
      const kept = keptRefs(stage);
      if (targetRefs(stage).length === 0 || kept.length === 0) return { status: "SUCCEEDED" };
      for (const ref of kept) if ((await present(deps, ref)).group.capacity.desired > 0) return { status: "SUCCEEDED" };
      const names = kept.map((ref) => ref.name).join(", ");
      throw new TaskError(
        "cluster.noneLeft",
        `Only ${names} would stay enabled, with size 0: nothing would serve. Resize it first.`,
      );
    },
  };
}
