import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { rollbackServerGroupSchema } from "@gennaker/pipeline-model/stages/server-groups.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType, SyntheticStage, TaskResult } from "../../../engine/api.ts";
import { TaskError } from "../../../engine/api.ts";
import type { TrafficDeps } from "../../../traffic/stages/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import { clusterIn, placesOf, present } from "../server-groups/inventory.ts";
import { previousArtifact } from "./previous-image.ts";

/**
 * EXPLICIT, the default: brings one server group back and takes another out. The restored one is grown to the other's size and put
 * into traffic first; only then is the other disabled. PREVIOUS_IMAGE: clones the group with what it ran before. TEST only waits.
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
          if (type === "TEST") return { status: "SUCCEEDED" };
          const { rollbackServerGroupName: bad, restoreServerGroupName: good } = fields.rollbackContext;
          if (type === "PREVIOUS_IMAGE") return await previousImages(deps, fields, bad);
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
    after({ stage }) {
      const fields = fieldsOf(rollbackServerGroupSchema, stage);
      if (fields.rollbackType === "TEST")
        return [{ type: "wait", name: "wait", context: { waitTime: fields.rollbackContext.waitTime ?? 0 } }];
      return fields.rollbackType === "PREVIOUS_IMAGE" ? clones(fields, stage.context) : plan(fields, stage.context);
    },
  };
}

/** In each region: what the group ran before it ran what it runs now. */
async function previousImages(deps: TrafficDeps, fields: Fields, bad: string | undefined): Promise<TaskResult> {
  if (!bad) throw new TaskError("rollback.names", "rollbackContext needs rollbackServerGroupName.");
  const previous: JsonObject[] = [];
  for (const place of await placesOf(deps, fields)) {
    const { group } = await present(deps, { account: place.account, region: place.region, name: bad });
    const artifact = previousArtifact(group, await clusterIn(place, group.cluster), fields.rollbackContext);
    if (artifact === null)
      throw new TaskError(
        "rollback.image",
        `Nothing says what ${bad} (${place.account}/${place.region}) ran before. Name it in rollbackContext.imageName.`,
      );
    const { account, region, application, stack, detail, cloudProvider } = group;
    previous.push({ account, region, application, stack, detail, cloudProvider, artifact });
  }
  return { status: "SUCCEEDED", context: { previousImages: previous }, outputs: { rolledBack: bad } };
}

/** A clone of the group with what it ran before, which then takes over as in a red/black deploy. */
function clones(fields: Fields, context: JsonObject): SyntheticStage[] {
  const bad = fields.rollbackContext.rollbackServerGroupName ?? "";
  const previous = context["previousImages"];
  return (Array.isArray(previous) ? previous : []).filter(isJsonObject).map((one) => ({
    type: "cloneServerGroup",
    name: "clone",
    context: {
      cloudProvider: one["cloudProvider"] ?? null,
      application: one["application"] ?? null,
      stack: one["stack"] ?? null,
      freeFormDetails: one["detail"] ?? null,
      account: one["account"] ?? null,
      region: one["region"] ?? null,
      artifact: one["artifact"] ?? null,
      strategy: "redblack",
      useSourceCapacity: true,
      delayBeforeDisableSec: fields.rollbackContext.delayBeforeDisableSeconds ?? 0,
      targetHealthyDeployPercentage: fields.rollbackContext.targetHealthyRollbackPercentage ?? null,
      source: { account: one["account"] ?? null, region: one["region"] ?? null, serverGroupName: bad },
    },
  }));
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
