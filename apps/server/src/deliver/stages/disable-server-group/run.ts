import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { disableServerGroupSchema } from "@gennaker/pipeline-model/stages/server-groups.ts";
import { TaskError } from "../../../engine/api.ts";
import type { TaskDefinition } from "../../../engine/api.ts";
import { fieldsOf, findLoadBalancer, operationOf, requireLoadBalancer, wordsOf } from "../../../traffic/stages/api.ts";
import { actingUser } from "../acting-user.ts";
import type { DeliverDeps } from "../deps.ts";
import { targetRefs } from "../server-groups/determine.ts";
import { present } from "../server-groups/inventory.ts";
import { loweredPin } from "./share.ts";

/** Pins each target to the part of its traffic that stays; unpinned groups take the rest. */
export function lowerShare(deps: DeliverDeps): TaskDefinition {
  return {
    name: "lowerTrafficShare",
    async run(context) {
      const percentage = fieldsOf(disableServerGroupSchema, context.stage).desiredPercentage ?? 100;
      const generations: JsonObject[] = [];
      for (const ref of targetRefs(context.stage)) {
        const { group, provider } = await present(deps, ref);
        let unrouted = false;
        for (const name of group.disabled ? [] : group.loadBalancers) {
          const at = { account: ref.account, region: ref.region, name };
          // A load balancer of the platform itself, such as a Service, splits by instances.
          if (provider.disableInstances !== undefined && (await findLoadBalancer(deps, at)) === null) {
            unrouted = true;
            continue;
          }
          const { router, loadBalancer } = await requireLoadBalancer(deps, at);
          const pin = loweredPin(loadBalancer.targets, ref.name, percentage);
          if (pin === null) {
            throw new TaskError(
              "traffic.noOther",
              `Load balancer ${name} has no other enabled and healthy server group that could take traffic from ${wordsOf(ref)}.`,
            );
          }
          const operation = operationOf(
            context,
            actingUser(context.execution, context.stage),
            `share/${ref.name}/${name}`,
          );
          const { generation } = await router.patchWeights(operation, at, [{ serverGroup: ref.name, percent: pin }]);
          generations.push({ ...at, generation });
        }
        if (!unrouted) continue;
        const operation = operationOf(context, actingUser(context.execution, context.stage), `instances/${ref.name}`);
        await provider.disableInstances?.(operation, ref, percentage);
      }
      return { status: "SUCCEEDED", context: { trafficGenerations: generations } };
    },
  };
}

/** Waits until the routers confirm the generations that carry the new shares. */
export function waitForShare(deps: DeliverDeps): TaskDefinition {
  return {
    name: "waitForRouters",
    timeoutMs: 10 * 60 * 1000,
    async run(context) {
      const list = context.stage.context["trafficGenerations"];
      for (const entry of Array.isArray(list) ? list.filter(isJsonObject) : []) {
        const ref = { account: String(entry["account"]), region: String(entry["region"]), name: String(entry["name"]) };
        const { router } = await requireLoadBalancer(deps, ref);
        const confirmed = await router.confirmedGeneration(ref);
        if (confirmed !== null && confirmed >= Number(entry["generation"])) continue;
        const inForce = confirmed === null ? "cannot be asked" : `has generation ${confirmed} in force`;
        return {
          status: "RUNNING",
          retryAfterMs: 200,
          wakeOn: [`account:${ref.account}`],
          waiting: {
            code: "traffic.shifting",
            message: `Load balancer ${ref.name} ${inForce} and waits for ${String(entry["generation"])}`,
          },
        };
      }
      return { status: "SUCCEEDED" };
    },
  };
}
