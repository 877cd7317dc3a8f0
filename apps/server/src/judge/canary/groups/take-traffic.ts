import type { Operation, ServerGroup } from "../../../providers/port/api.ts";
import type { LoadBalancerRef, RouterPort } from "../../../traffic/port/api.ts";
import type { OwnedGroup } from "./owned.ts";

export type OperationFor = (part: string) => Operation;

/** A load balancer that was told to send the groups nothing, and the generation that says so. */
export type Told = { router: RouterPort; ref: LoadBalancerRef; generation: number };

type Balanced = { router: RouterPort; ref: LoadBalancerRef; groups: string[] };

/**
 * Takes all traffic from the groups: their pins go to zero on every load balancer they are behind, in one change for
 * each. Returns what the routers must confirm. Throws when a router or the database does not answer.
 */
export async function takeTraffic(
  routers: readonly RouterPort[],
  owned: readonly OwnedGroup[],
  operation: OperationFor,
): Promise<Told[]> {
  const told: Told[] = [];
  for (const { router, ref, groups } of await balancersOf(routers, owned)) {
    const pins = groups.map((serverGroup) => ({ serverGroup, percent: 0 }));
    told.push({ router, ref, ...(await router.patchWeights(operation(`zero/${ref.name}`), ref, pins)) });
  }
  return told;
}

/** What the routers still have to confirm, in words; null when nothing. */
export async function unconfirmed(told: readonly Told[]): Promise<string | null> {
  for (const { router, ref, generation } of told) {
    const confirmed = await router.confirmedGeneration(ref);
    if (confirmed !== null && confirmed >= generation) continue;
    const state = confirmed === null ? "cannot be asked" : `has generation ${confirmed} in force`;
    return `the router of load balancer ${ref.name} ${state} and waits for ${generation}`;
  }
  return null;
}

/** Requests still in flight to the groups; null when a router cannot tell. */
export async function inFlight(told: readonly Told[], owned: readonly OwnedGroup[]): Promise<number | null> {
  let sum = 0;
  for (const { router, ref } of told) {
    for (const { group } of owned) {
      if (!isBehind(group, ref)) continue;
      const count = await router.inFlight(ref, group.name);
      if (count === null) return null;
      sum += count;
    }
  }
  return sum;
}

/** Takes the pins of groups that are gone away again. */
export async function forgetPins(
  told: readonly Told[],
  owned: readonly OwnedGroup[],
  operation: OperationFor,
): Promise<void> {
  for (const { router, ref } of told) {
    const pins = owned
      .filter(({ group }) => isBehind(group, ref))
      .map(({ group }) => ({ serverGroup: group.name, percent: null }));
    await router.patchWeights(operation(`unpin/${ref.name}`), ref, pins);
  }
}

async function balancersOf(routers: readonly RouterPort[], owned: readonly OwnedGroup[]): Promise<Balanced[]> {
  const found = new Map<string, Balanced>();
  for (const { group } of owned) {
    for (const name of group.loadBalancers) {
      const ref = { account: group.account, region: group.region, name };
      const key = JSON.stringify(ref);
      const known = found.get(key);
      if (known !== undefined) {
        known.groups.push(group.name);
        continue;
      }
      for (const router of routers) {
        if ((await router.loadBalancer(ref)) === null) continue;
        found.set(key, { router, ref, groups: [group.name] });
        break;
      }
    }
  }
  return [...found.values()];
}

function isBehind(group: ServerGroup, ref: LoadBalancerRef): boolean {
  return group.account === ref.account && group.region === ref.region && group.loadBalancers.includes(ref.name);
}
