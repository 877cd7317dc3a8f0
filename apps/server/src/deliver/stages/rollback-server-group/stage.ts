import type { JsonObject } from "@gennaker/contract/json.ts";
import { rollbackServerGroupSchema } from "@gennaker/pipeline-model/stages/server-groups.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType, SyntheticStage } from "../../../engine/api.ts";
import { TaskError } from "../../../engine/api.ts";
import type { TrafficDeps } from "../../../traffic/stages/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import { placesOf, present } from "../server-groups/inventory.ts";

/**
 * EXPLICIT: brings one server group back and takes another out. The restored one is grown to the other's size and put
 * into traffic first; only then is the other disabled.
 */
export function rollbackServerGroupStage(deps: TrafficDeps): StageType {
  return {
    type: "rollbackServerGroup",
    description: "Puts an earlier server group back in place of another",
    validate: rulesFor("rollbackServerGroup").validate,
    tasks: () => [
      {
        name: "checkRollback",
        async run({ stage }) {
          const fields = fieldsOf(rollbackServerGroupSchema, stage);
          const type = fields.rollbackType ?? "EXPLICIT";
          if (type !== "EXPLICIT") {
            throw new TaskError(
              "rollback.type",
              `Rollback type ${type} is not available here. Use EXPLICIT with the names of both server groups.`,
            );
          }
          const { rollbackServerGroupName: bad, restoreServerGroupName: good } = fields.rollbackContext;
          if (!bad || (!good && fields.rollbackContext.disableOnly !== true)) {
            throw new TaskError(
              "rollback.names",
              "rollbackContext needs rollbackServerGroupName and restoreServerGroupName.",
            );
          }
          for (const place of await placesOf(deps, fields)) {
            for (const name of [bad, good])
              if (name) await present(deps, { account: place.account, region: place.region, name });
          }
          return { status: "SUCCEEDED", outputs: { rolledBack: bad, restored: good ?? null } };
        },
      },
    ],
    after: ({ stage }) => plan(fieldsOf(rollbackServerGroupSchema, stage), stage.context),
  };
}

type Fields = ReturnType<typeof rollbackServerGroupSchema.parse>;

/** Grow, enable, wait, disable: the restored group rises before the other falls. */
function plan(fields: Fields, context: JsonObject): SyntheticStage[] {
  const rollback = fields.rollbackContext;
  const { rollbackServerGroupName: bad, restoreServerGroupName: good } = rollback;
  const keys = ["cloudProvider", "account", "credentials", "region", "regions", "cluster", "moniker"];
  const shared = Object.fromEntries(Object.entries(context).filter(([key]) => keys.includes(key)));
  const healthy = rollback.targetHealthyRollbackPercentage;
  const percent: JsonObject = healthy === undefined ? {} : { targetHealthyDeployPercentage: healthy };
  const stages: SyntheticStage[] = [];
  if (bad === undefined) return stages;
  if (good !== undefined && rollback.disableOnly !== true) {
    if (rollback.enableAndDisableOnly !== true) {
      stages.push({
        type: "resizeServerGroup",
        name: `Grow ${good}`,
        context: {
          ...shared,
          ...percent,
          serverGroupName: good,
          action: "scale_to_server_group",
          source: { serverGroupName: bad },
          neverShrink: true,
        },
      });
    }
    stages.push({
      type: "enableServerGroup",
      name: `Enable ${good}`,
      context: { ...shared, ...percent, serverGroupName: good },
    });
    const delay = rollback.delayBeforeDisableSeconds ?? 0;
    if (delay > 0) stages.push({ type: "wait", name: "Wait before disable", context: { waitTime: delay } });
  }
  stages.push({ type: "disableServerGroup", name: `Disable ${bad}`, context: { ...shared, serverGroupName: bad } });
  return stages;
}
