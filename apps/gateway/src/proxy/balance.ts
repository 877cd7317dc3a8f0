import type { RequestHead } from "../http1/head.ts";
import type { BalancerRuntime, GroupRuntime, InstanceRuntime } from "./model.ts";

export interface Choice {
  group: GroupRuntime;
  instance: InstanceRuntime;
}

export type Tried = readonly InstanceRuntime[];

/**
 * Chooses where a request goes; a text says why nowhere. `tried` are instances that already failed for this request and
 * `previous` their group: a retry stays in it while it has another instance, so that retries do not move the split.
 */
export function choose(
  balancer: BalancerRuntime,
  head: RequestHead,
  tried: Tried,
  previous: GroupRuntime | undefined,
): Choice | string {
  const routes = balancer.config.headerRoutes;
  if (routes && routes.length > 0) {
    const routed = routedGroup(balancer, head);
    if (routed) {
      const instance = pickInstance(balancer, routed, tried);
      return instance
        ? { group: routed, instance }
        : `server group ${routed.name}, which a header of the request asks for, has no healthy instance`;
    }
  }
  if (previous && previous.weight > 0 && !previous.removed) {
    const instance = pickInstance(balancer, previous, tried);
    if (instance) return { group: previous, instance };
  }
  const group = nextGroup(balancer.weighted, tried);
  const instance = group && pickInstance(balancer, group, tried);
  if (group && instance) return { group, instance };
  return whyNowhere(balancer, tried);
}

function routedGroup(balancer: BalancerRuntime, head: RequestHead): GroupRuntime | undefined {
  for (const route of balancer.config.headerRoutes ?? []) {
    const name = route.header.toLowerCase();
    let index = head.fields.lower.indexOf(name);
    while (index >= 0) {
      if (head.fields.values[index] === route.value) {
        return balancer.groups.find((group) => group.name === route.serverGroup);
      }
      index = head.fields.lower.indexOf(name, index + 1);
    }
  }
  return undefined;
}

/**
 * Smooth weighted round-robin: every group earns its weight, the richest is chosen and pays the total. Over any run the
 * counts differ from the exact shares by less than the number of groups.
 */
export function nextGroup(weighted: readonly GroupRuntime[], tried: Tried): GroupRuntime | undefined {
  if (weighted.length === 1 && tried.length === 0) return weighted[0];
  let best: GroupRuntime | undefined;
  let sum = 0;
  for (const group of weighted) {
    if (tried.length > 0 && group.routable.every((instance) => tried.includes(instance))) continue;
    sum += group.weight;
    group.credit += group.weight;
    if (best === undefined || group.credit > best.credit) best = group;
  }
  if (best) best.credit -= sum;
  return best;
}

export function pickInstance(
  balancer: BalancerRuntime,
  group: GroupRuntime,
  tried: Tried,
): InstanceRuntime | undefined {
  const { routable } = group;
  const count = routable.length;
  if (count === 0) return undefined;
  const leastInFlight = balancer.config.algorithm === "least-in-flight";
  let best: InstanceRuntime | undefined;
  // Starting behind the last choice makes equally busy instances take turns.
  for (let step = 0; step < count; step += 1) {
    const position = (group.cursor + step) % count;
    const instance = routable[position] as InstanceRuntime;
    if (tried.length > 0 && tried.includes(instance)) continue;
    if (!leastInFlight) {
      // A retry takes no turn, or the request after it would start with the failing instance again.
      if (tried.length === 0) group.cursor = position + 1;
      return instance;
    }
    if (best === undefined || instance.inFlight < best.inFlight) best = instance;
  }
  if (best && tried.length === 0) group.cursor = routable.indexOf(best) + 1;
  return best;
}

function whyNowhere(balancer: BalancerRuntime, tried: Tried): string {
  if (tried.length > 0 && balancer.weighted.length > 0) return "every healthy instance was tried";
  if (balancer.groups.length === 0) return "no server group is attached";
  const weighted = balancer.groups.filter((group) => group.weight > 0);
  if (weighted.length === 0) return "no server group has weight";
  const waiting = weighted.some((group) => group.instances.some((instance) => instance.health === "unknown"));
  const names = weighted.map((group) => group.name).join(", ");
  return waiting
    ? `no instance of ${names} is healthy; the first health checks are still running`
    : `no instance of ${names} is healthy`;
}
