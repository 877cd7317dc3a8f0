import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { rollbackClusterSchema } from "@gennaker/pipeline-model/stages/server-groups.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType, SyntheticStage } from "../../../engine/api.ts";
import { TaskError } from "../../../engine/api.ts";
import type { TrafficDeps } from "../../../traffic/stages/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import { clusterIn, clusterNameIn, placesOf } from "../server-groups/inventory.ts";
import { rollbackCandidates } from "./candidates.ts";

/** Puts the previous server group back in every region, one region after another. */
export function rollbackClusterStage(deps: TrafficDeps): StageType {
  return {
    type: "rollbackCluster",
    description: "Puts a cluster back on its previous server group",
    validate: rulesFor("rollbackCluster").validate,
    tasks: () => [
      {
        name: "determineRollbackCandidates",
        async run({ stage }) {
          const fields = fieldsOf(rollbackClusterSchema, stage);
          const cluster = clusterNameIn(fields);
          const rollbacks: JsonObject[] = [];
          for (const place of await placesOf(deps, fields)) {
            const found = rollbackCandidates(await clusterIn(place, cluster));
            if ("none" in found) {
              throw new TaskError(
                "rollback.none",
                `Cannot roll back cluster ${cluster} in ${place.account}/${place.region}: ${found.none}.`,
              );
            }
            const { account, region } = place;
            rollbacks.push({ account, region, rollback: found.rollback.name, restore: found.restore.name });
          }
          return { status: "SUCCEEDED", context: { rollbacks }, outputs: { rollbacks } };
        },
      },
    ],
    after({ stage }) {
      const fields = fieldsOf(rollbackClusterSchema, stage);
      const healthy = fields.targetHealthyRollbackPercentage;
      const more: JsonObject = {
        ...(healthy === undefined ? {} : { targetHealthyRollbackPercentage: healthy }),
        ...(fields.additionalRollbackContext as JsonObject | undefined),
      };
      const list = stage.context["rollbacks"];
      const between = fields.waitTimeBetweenRegions ?? 0;
      return (Array.isArray(list) ? list.filter(isJsonObject) : []).flatMap((entry, index): SyntheticStage[] => [
        ...(index > 0 && between > 0
          ? [{ type: "wait", name: "Wait between regions", context: { waitTime: between } }]
          : []),
        {
          type: "rollbackServerGroup",
          name: `Rollback ${String(entry["region"])}`,
          context: {
            cloudProvider: fields.cloudProvider ?? null,
            credentials: entry["account"] ?? null,
            regions: [entry["region"] ?? null],
            cluster: clusterNameIn(fields),
            rollbackType: "EXPLICIT",
            rollbackContext: {
              ...more,
              rollbackServerGroupName: entry["rollback"] ?? null,
              restoreServerGroupName: entry["restore"] ?? null,
            },
          },
        },
      ]);
    },
  };
}
