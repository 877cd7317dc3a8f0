import type {
  LoadBalancer as GatewayBalancer,
  ServerGroup as GatewayGroup,
} from "@gennaker/gateway-config/snapshot.ts";
import { resolveWeights } from "@gennaker/gateway-config/weights.ts";
import type { ServerGroup } from "../../providers/port/api.ts";
import type { StoredBalancer } from "./store.ts";

/** The server groups behind a load balancer: those that name it, in its account and region. */
export function targetsOf(balancer: StoredBalancer, groups: readonly ServerGroup[]): ServerGroup[] {
  return groups.filter(
    (group) =>
      group.account === balancer.account &&
      group.region === balancer.region &&
      group.loadBalancers.includes(balancer.name),
  );
}

/**
 * The share of each target in percent. Disabled groups get 0 whatever their pin. Pins beyond 100 in sum are scaled down,
 * since a pin may belong to a group that has come back. Unpinned groups share what is left by healthy instances.
 */
export function requestedShares(balancer: StoredBalancer, targets: readonly ServerGroup[]): Map<string, number> {
  const enabled = targets.filter((group) => !group.disabled);
  const pinned = enabled.reduce((sum, group) => sum + (balancer.pins[group.name] ?? 0), 0);
  const open = enabled.some((group) => balancer.pins[group.name] === undefined);
  // With every group pinned below 100 the rest would go nowhere: the pins then only say the proportions.
  const factor = pinned > 100 || (!open && pinned > 0) ? 100 / pinned : 1;
  const resolved = resolveWeights(
    enabled.map((group) => {
      const pin = balancer.pins[group.name];
      return {
        name: group.name,
        healthyInstances: group.instances.filter((instance) => instance.state === "up").length,
        ...(pin === undefined ? {} : { percent: Math.min(100, pin * factor) }),
      };
    }),
  );
  const shares = new Map(targets.map((group) => [group.name, 0]));
  for (const share of resolved) shares.set(share.name, share.percent);
  return shares;
}

/** The account's load balancers as the gateway wants them, without the generation. */
export function desiredBalancers(
  balancers: readonly StoredBalancer[],
  groups: readonly ServerGroup[],
): GatewayBalancer[] {
  return balancers.map((balancer) => {
    const targets = targetsOf(balancer, groups);
    const shares = requestedShares(balancer, targets);
    return {
      name: balancer.name,
      port: balancer.port,
      algorithm: "least-in-flight",
      healthCheck: balancer.healthCheck,
      serverGroups: targets.map((group) => gatewayGroup(group, shares.get(group.name) ?? 0)),
    };
  });
}

function gatewayGroup(group: ServerGroup, weight: number): GatewayGroup {
  return {
    name: group.name,
    weight,
    labels: { application: group.application, account: group.account, region: group.region, cluster: group.cluster },
    instances: group.instances.flatMap((instance) => {
      if (instance.address === null || instance.port === null || instance.state === "stopped") return [];
      const draining = instance.state === "stopping" || instance.state === "outOfService";
      return [
        {
          id: instance.id,
          address: instance.address,
          port: instance.port,
          zone: instance.zone,
          state: draining ? ("draining" as const) : ("active" as const),
        },
      ];
    }),
  };
}
