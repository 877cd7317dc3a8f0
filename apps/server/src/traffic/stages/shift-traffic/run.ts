import { resolveTarget } from "@gennaker/pipeline-model/server-group-targets.ts";
import { shiftTrafficSchema } from "@gennaker/pipeline-model/stages/traffic.ts";
import { TaskError } from "../../../engine/api.ts";
import type { TaskContext, TaskDefinition, TaskResult } from "../../../engine/api.ts";
import { readyCount } from "../../../providers/port/api.ts";
import { accountOf, fieldsOf, notYetRouted, operationOf, regionOf, requireLoadBalancer, wordsOf } from "../api.ts";
import type { TrafficDeps } from "../api.ts";
import { readShift, writeShift } from "./context.ts";
import { entryPin, leavesNothing, pinsInWords, repeated } from "./plan.ts";
import type { Pin } from "./plan.ts";

/** Finds the load balancer and the name of every group, and refuses shares for groups that could not serve them. */
export function resolveWeights(deps: TrafficDeps): TaskDefinition {
  return {
    name: "determineWeights",
    async run({ stage }) {
      const fields = fieldsOf(shiftTrafficSchema, stage);
      const { account, provider } = await accountOf(deps, fields.account ?? fields.credentials);
      const ref = { account: account.name, region: regionOf(account, fields.region), name: fields.loadBalancer };
      const { loadBalancer } = await requireLoadBalancer(deps, ref);
      const pins: Pin[] = [];
      for (const weight of fields.weights) {
        const name = weight.serverGroup ?? "";
        const cluster = weight.cluster ?? "";
        const filter = cluster === "" ? {} : { cluster };
        const groups = await provider.serverGroups({ account: ref.account, region: ref.region, ...filter });
        const resolved = resolveTarget(name === "" ? (weight.target ?? "") : name, groups);
        if ("missing" in resolved)
          throw new TaskError("serverGroup.missing", `Cannot shift traffic of ${ref.name}: ${resolved.missing}.`);
        const group = resolved.group;
        if (!group.loadBalancers.includes(ref.name)) {
          throw new TaskError(
            "traffic.notBehind",
            `Server group ${wordsOf(group)} is not behind load balancer ${loadBalancer.name}.`,
          );
        }
        if (weight.percent > 0 && readyCount(group) === 0) {
          const words = `Server group ${wordsOf(group)} has no instance up and cannot take ${weight.percent} % of ${ref.name}: ${group.health.reason}`;
          throw new TaskError("traffic.dead", words);
        }
        pins.push({ serverGroup: group.name, percent: weight.percent });
      }
      const twice = repeated(pins);
      if (twice !== null) throw new TaskError("traffic.repeated", `The weights name ${twice} more than once.`);
      if (leavesNothing(loadBalancer.targets, pins)) {
        const words = `The weights ${pinsInWords(pins)} would leave ${ref.name} with no server group to send requests to. Give one of them a share.`;
        throw new TaskError("traffic.none", words);
      }
      return { status: "SUCCEEDED", context: writeShift({ loadBalancer: ref, pins }) };
    },
  };
}

/** Enables disabled groups that are to get a share, pinned first so that they get no more than it. */
export function enableTargets(deps: TrafficDeps): TaskDefinition {
  return {
    name: "enableServerGroups",
    timeoutMs: 10 * 60 * 1000,
    async run(context) {
      const { loadBalancer: ref, pins } = readShift(context.stage);
      const { provider } = await accountOf(deps, ref.account);
      for (const pin of pins) {
        const group = await provider.serverGroup({ ...ref, name: pin.serverGroup });
        if (group === null)
          throw new TaskError("serverGroup.gone", `Server group ${pin.serverGroup} no longer exists.`);
        if (pin.percent === 0) continue;
        if (group.disabled) {
          const { router, loadBalancer } = await requireLoadBalancer(deps, ref);
          const entry = entryPin(loadBalancer.targets, pin);
          await router.patchWeights(operation(context, `entry/${pin.serverGroup}`), ref, [entry]);
          await provider.enableServerGroup(operation(context, `enable/${pin.serverGroup}`), group);
        }
        const gap = await notYetRouted(deps, { ...group, disabled: false, loadBalancers: [ref.name] });
        if (gap !== null) return waiting(ref.account, "traffic.rising", `Waits for ${wordsOf(group)}: ${gap}`);
      }
      return { status: "SUCCEEDED" };
    },
  };
}

export function setWeights(deps: TrafficDeps): TaskDefinition {
  return {
    name: "setWeights",
    async run(context) {
      const { loadBalancer: ref, pins } = readShift(context.stage);
      const { router } = await requireLoadBalancer(deps, ref);
      const { generation } = await router.setWeights(operation(context, "set"), ref, pins);
      return { status: "SUCCEEDED", context: { generation } };
    },
  };
}

export function waitForGeneration(deps: TrafficDeps): TaskDefinition {
  return {
    name: "waitForRouter",
    timeoutMs: 10 * 60 * 1000,
    async run(context) {
      const { loadBalancer: ref, pins } = readShift(context.stage);
      const { router } = await requireLoadBalancer(deps, ref);
      const wanted = Number(context.stage.context["generation"] ?? 0);
      const confirmed = await router.confirmedGeneration(ref);
      if (confirmed === null || confirmed < wanted) {
        const state = confirmed === null ? "cannot be asked" : `has generation ${confirmed} in force`;
        return waiting(ref.account, "traffic.shifting", `The router of ${ref.name} ${state} and waits for ${wanted}`);
      }
      const confirmedAt = context.now().toISOString();
      const words = `${ref.name}: ${pinsInWords(pins)}, in force with generation ${confirmed}`;
      return {
        status: "SUCCEEDED",
        context: { confirmedAt },
        outputs: { traffic: { loadBalancer: ref.name, requested: pins, generation: confirmed, words } },
      };
    },
  };
}

/** Compares the split asked for with the one measured. Too few requests prove nothing and fail nothing. */
export function verify(deps: TrafficDeps): TaskDefinition {
  return {
    name: "verifySplit",
    async run(context) {
      const { loadBalancer: ref, pins } = readShift(context.stage);
      const { router } = await requireLoadBalancer(deps, ref);
      const since = new Date(String(context.stage.context["confirmedAt"]));
      const { samples, split, matches } = await router.verify(ref, since);
      const seconds = fieldsOf(shiftTrafficSchema, context.stage).verifySeconds ?? 5;
      const asked = `asked for ${pinsInWords(pins)}`;
      const measured = measuredInWords(split, samples);
      if (matches !== true && context.now().getTime() - since.getTime() < seconds * 1000) {
        return waiting(ref.account, "traffic.verifying", `${ref.name}: ${asked}, ${measured} so far`);
      }
      const verdict = matches === true ? "the split is as asked" : "too few requests to tell";
      const words = `${ref.name}: ${asked}, ${measured}: ${verdict}`;
      if (matches === false) {
        const message = `Traffic of ${ref.name} does not go where it should: ${asked}, ${measured}. Look at the router and at the groups' health.`;
        return {
          status: "TERMINAL",
          failure: { code: "traffic.mismatch", message, details: { requested: pins, measured: split, samples } },
        };
      }
      return {
        status: "SUCCEEDED",
        outputs: { traffic: { loadBalancer: ref.name, requested: pins, measured: split, samples, words } },
      };
    },
  };
}

function measuredInWords(split: Record<string, number>, samples: number): string {
  if (samples === 0) return "no request measured";
  const shares = Object.entries(split).map(([group, percent]) => `${group} ${percent} %`);
  return `measured ${shares.join(", ")} over ${samples} requests`;
}

function operation(context: TaskContext, part: string) {
  return operationOf(context, context.execution.authentication.user, part);
}

function waiting(account: string, code: string, message: string): TaskResult {
  return { status: "RUNNING", retryAfterMs: 200, wakeOn: [`account:${account}`], waiting: { code, message } };
}
