import { shrinkClusterSchema } from "@gennaker/pipeline-model/stages/server-groups.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../engine/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import type { DeliverDeps } from "../deps.ts";
import { determineChoice } from "../server-groups/choose.ts";
import { chooseToShrink } from "../server-groups/cluster-choice.ts";
import { targetRefs } from "../server-groups/determine.ts";
import { checkGuards, destroy, outOfTraffic } from "../server-groups/falling.ts";

/** Destroys the oldest groups beyond a number. With `allowDeleteActive`, enabled ones are disabled first. */
export function shrinkClusterStage(deps: DeliverDeps): StageType {
  const falling = { refs: targetRefs };
  return {
    type: "shrinkCluster",
    description: "Destroys the oldest server groups of a cluster beyond a number",
    validate: rulesFor("shrinkCluster").validate,
    before({ stage }) {
      const fields = fieldsOf(shrinkClusterSchema, stage);
      if (fields.allowDeleteActive !== true || fields.runDisableClusterStep === false) return [];
      const shared = [
        "cloudProvider",
        "account",
        "credentials",
        "region",
        "regions",
        "zones",
        "namespaces",
        "cluster",
        "moniker",
      ];
      const keys = [...shared, "targetHealthyDeployPercentage"];
      const context = Object.fromEntries(Object.entries(stage.context).filter(([key]) => keys.includes(key)));
      return [
        {
          type: "disableCluster",
          name: "disableCluster",
          context: {
            ...context,
            remainingEnabledServerGroups: fields.shrinkToSize ?? 1,
            preferLargerOverNewer: fields.retainLargerOverNewer ?? false,
          },
        },
      ];
    },
    tasks: () => [
      determineChoice(deps, shrinkClusterSchema, (groups, stage) => {
        const fields = fieldsOf(shrinkClusterSchema, stage);
        return chooseToShrink(groups, fields.shrinkToSize ?? 1, {
          allowDeleteActive: fields.allowDeleteActive ?? false,
          retainLarger: fields.retainLargerOverNewer ?? false,
        });
      }),
      checkGuards(deps, falling, "destroy"),
      ...outOfTraffic(deps, falling),
      destroy(deps, falling),
    ],
  };
}
