import { enableServerGroupSchema } from "@gennaker/pipeline-model/stages/server-groups.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType, TaskDefinition } from "../../../engine/api.ts";
import { fieldsOf, operationOf } from "../../../traffic/stages/api.ts";
import { actingUser } from "../acting-user.ts";
import type { DeliverDeps } from "../deps.ts";
import { determineTargets, targetRefs } from "../server-groups/determine.ts";
import { present } from "../server-groups/inventory.ts";
import { waitForUp, waitUntilRouted } from "../server-groups/rising.ts";
import type { Rising } from "../server-groups/rising.ts";

/** Puts server groups back into traffic and waits until they get it. */
export function enableServerGroupStage(deps: DeliverDeps): StageType {
  const rising: Rising = {
    refs: targetRefs,
    healthyPercent: (stage) => fieldsOf(enableServerGroupSchema, stage).targetHealthyDeployPercentage,
  };
  return {
    type: "enableServerGroup",
    description: "Puts a server group into traffic",
    validate: rulesFor("enableServerGroup").validate,
    tasks: () => [
      determineTargets(deps, enableServerGroupSchema),
      enable(deps),
      waitForUp(deps, "waitForUpInstances", rising),
      waitUntilRouted(deps, "waitForRouters", rising),
    ],
  };
}

function enable(deps: DeliverDeps): TaskDefinition {
  return {
    name: "enableServerGroup",
    async run(context) {
      for (const ref of targetRefs(context.stage)) {
        const { provider } = await present(deps, ref);
        const user = actingUser(context.execution, context.stage);
        await provider.enableServerGroup(operationOf(context, user, `enable/${ref.name}`), ref);
      }
      return { status: "SUCCEEDED" };
    },
  };
}
