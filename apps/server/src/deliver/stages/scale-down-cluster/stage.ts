import { scaleDownClusterSchema } from "@gennaker/pipeline-model/stages/server-groups.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../engine/api.ts";
import { fieldsOf, operationOf } from "../../../traffic/stages/api.ts";
import { actingUser } from "../acting-user.ts";
import type { DeliverDeps } from "../deps.ts";
import { determineChoice } from "../server-groups/choose.ts";
import { chooseToScaleDown } from "../server-groups/cluster-choice.ts";
import { targetRefs } from "../server-groups/determine.ts";
import { checkGuards } from "../server-groups/falling.ts";
import { lookUp } from "../server-groups/inventory.ts";

/** Empties all but the newest groups; they stay, and a rollback can fill them again. */
export function scaleDownClusterStage(deps: DeliverDeps): StageType {
  const falling = { refs: targetRefs };
  return {
    type: "scaleDownCluster",
    description: "Scales all but the newest server groups of a cluster to zero",
    validate: rulesFor("scaleDownCluster").validate,
    tasks: () => [
      determineChoice(deps, scaleDownClusterSchema, (groups, stage) => {
        const fields = fieldsOf(scaleDownClusterSchema, stage);
        return chooseToScaleDown(groups, fields.remainingFullSizeServerGroups ?? 1, {
          allowScaleDownActive: fields.allowScaleDownActive ?? false,
          preferLarger: fields.preferLargerOverNewer ?? false,
        });
      }),
      checkGuards(deps, falling, "shrinkToZero"),
      {
        name: "scaleDown",
        async run(context) {
          for (const ref of targetRefs(context.stage)) {
            const { group, provider } = await lookUp(deps, ref);
            if (group === null) continue;
            const refusal = await deps.guards.check("shrinkToZero", [ref]);
            if (refusal !== null) return { status: "TERMINAL", failure: refusal };
            const operation = operationOf(context, actingUser(context.execution, context.stage), `scale/${ref.name}`);
            await provider.resizeServerGroup(operation, ref, { min: 0, max: group.capacity.max, desired: 0 });
          }
          return { status: "SUCCEEDED" };
        },
      },
    ],
  };
}
