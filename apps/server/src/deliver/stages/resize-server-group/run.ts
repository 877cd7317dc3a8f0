import type { z } from "zod";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { resizeActions, resizeServerGroupSchema } from "@gennaker/pipeline-model/stages/server-groups.ts";
import { TaskError } from "../../../engine/api.ts";
import type { StageView, TaskDefinition } from "../../../engine/api.ts";
import type { Capacity, ServerGroup } from "../../../providers/port/api.ts";
import { fieldsOf, operationOf, wordsOf } from "../../../traffic/stages/api.ts";
import { actingUser } from "../acting-user.ts";
import type { DeliverDeps } from "../deps.ts";
import { resized, stretch } from "../server-groups/capacity.ts";
import type { Resize } from "../server-groups/capacity.ts";
import { targetRefs } from "../server-groups/determine.ts";
import { clusterIn, present } from "../server-groups/inventory.ts";
import { resolveTarget } from "@gennaker/pipeline-model/server-group-targets.ts";

type Fields = z.output<typeof resizeServerGroupSchema>;

/** Computes the size once: a relative resize that is tried again must not go further. */
export function determineCapacity(deps: DeliverDeps): TaskDefinition {
  return {
    name: "determineCapacity",
    async run({ stage }) {
      const fields = fieldsOf(resizeServerGroupSchema, stage);
      const capacities: JsonObject = {};
      for (const ref of targetRefs(stage)) {
        const { group, provider } = await present(deps, ref);
        const cluster = await clusterIn({ account: ref.account, region: ref.region, provider }, group.cluster);
        const wanted = resized(group.capacity, resizeFrom(fields, group, cluster));
        const held = fields.neverShrink === true && wanted.desired < group.capacity.desired ? group.capacity : wanted;
        capacities[ref.name] = stretch(held);
        if (held.desired > 0) continue;
        const refusal = await deps.guards.check("shrinkToZero", [ref]);
        if (refusal !== null) return { status: "TERMINAL", failure: refusal };
      }
      return { status: "SUCCEEDED", context: { targetCapacities: capacities } };
    },
  };
}

export function resize(deps: DeliverDeps): TaskDefinition {
  return {
    name: "resizeServerGroup",
    async run(context) {
      for (const ref of targetRefs(context.stage)) {
        const { provider } = await present(deps, ref);
        const capacity = capacityFor(context.stage, ref.name);
        if (capacity.desired === 0) {
          const refusal = await deps.guards.check("shrinkToZero", [ref]);
          if (refusal !== null) return { status: "TERMINAL", failure: refusal };
        }
        const operation = operationOf(context, actingUser(context.execution, context.stage), `resize/${ref.name}`);
        await provider.resizeServerGroup(operation, ref, capacity);
      }
      return { status: "SUCCEEDED" };
    },
  };
}

/** After a resize downwards: waits until no more instances are left than wanted. */
export function waitForFewer(deps: DeliverDeps): TaskDefinition {
  return {
    name: "waitForFewerInstances",
    timeoutMs: 30 * 60 * 1000,
    async run({ stage }) {
      for (const ref of targetRefs(stage)) {
        const { group } = await present(deps, ref);
        const wanted = capacityFor(stage, ref.name).desired;
        const left = group.instances.filter((instance) => instance.state !== "stopped").length;
        if (left <= wanted) continue;
        const message = `Waits for ${wordsOf(ref)} to go down: ${left} instances left, ${wanted} wanted`;
        return {
          status: "RUNNING",
          retryAfterMs: 500,
          wakeOn: [`account:${ref.account}`],
          waiting: { code: "serverGroup.shrinking", message },
        };
      }
      return { status: "SUCCEEDED" };
    },
  };
}

/** Older pipelines name the action as `resizeType`. */
function actionOf({ action, resizeType }: Fields): (typeof resizeActions)[number] {
  if (resizeType === "exact") return "scale_exact";
  return action ?? resizeActions.find((each) => each === resizeType) ?? "scale_exact";
}

function resizeFrom(fields: Fields, group: ServerGroup, cluster: readonly ServerGroup[]): Resize {
  const action = actionOf(fields);
  const relative = { percent: fields.scalePct, number: fields.scaleNum };
  if (action === "scale_exact") {
    const size = fields.targetSize;
    const wanted = fields.capacity ?? (size === undefined ? {} : { min: size, max: size, desired: size });
    const given = Object.fromEntries(Object.entries(wanted).filter((entry) => typeof entry[1] === "number"));
    if (Object.keys(given).length > 0) return { action, capacity: given };
    throw new TaskError("resize.noCapacity", "A resize with action scale_exact needs `capacity` {min, max, desired}.");
  }
  if (action === "scale_up" || action === "scale_down") {
    if (relative.percent !== undefined || relative.number !== undefined) return { action, ...relative };
    throw new TaskError("resize.noStep", `A resize with action ${action} needs scaleNum or scalePct.`);
  }
  if (action === "scale_to_cluster") return { action, like: cluster.map((other) => other.capacity), ...relative };
  const name = fields.source?.serverGroupName ?? fields.source?.asgName ?? "";
  const source = resolveTarget(name === "" ? "ancestor_asg_dynamic" : name, cluster);
  if ("missing" in source)
    throw new TaskError("resize.noSource", `Cannot scale ${group.name} to another server group: ${source.missing}.`);
  return { action, like: [source.group.capacity], ...relative };
}

function capacityFor(stage: StageView, name: string): Capacity {
  const all = stage.context["targetCapacities"];
  const own = isJsonObject(all) ? all[name] : undefined;
  if (!isJsonObject(own))
    throw new TaskError("resize.noState", `The size for ${name} was not determined. Restart the stage.`);
  return { min: Number(own["min"]), max: Number(own["max"]), desired: Number(own["desired"]) };
}
