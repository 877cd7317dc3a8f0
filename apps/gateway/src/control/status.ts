import type { GatewayStatus, LoadBalancerStatus, ServerGroupStatus } from "@gennaker/gateway-config/status.ts";
import { effectiveWeights } from "@gennaker/gateway-config/weights.ts";

import { total } from "../proxy/counters.ts";
import type { BalancerRuntime, GroupRuntime } from "../proxy/model.ts";
import type { Runtime } from "../proxy/runtime.ts";

export interface ProcessFacts {
  version: string;
  since: Date;
  draining: boolean;
  stateProblem: string | null;
  /** Why a load balancer's port is not open. */
  portProblem(balancer: BalancerRuntime): string | undefined;
}

export function buildStatus(runtime: Runtime, facts: ProcessFacts): GatewayStatus {
  return {
    pid: process.pid,
    version: facts.version,
    since: facts.since.toISOString(),
    generation: runtime.generation,
    generationSince: runtime.generationSince.toISOString(),
    draining: facts.draining,
    stateProblem: facts.stateProblem,
    loadBalancers: [...runtime.balancers.values()].map((balancer) =>
      balancerStatus(balancer, facts.portProblem(balancer)),
    ),
  };
}

function balancerStatus(balancer: BalancerRuntime, portProblem: string | undefined): LoadBalancerStatus {
  const shares = effectiveWeights(
    balancer.groups.map(({ name, weight, routable }) => ({ name, weight, healthyInstances: routable.length })),
  );
  const serverGroups = balancer.groups.map((group, index) => {
    const share = shares[index];
    return groupStatus(group, share?.share ?? 0, share?.reason);
  });
  const unrouted = total(balancer.unrouted);
  return {
    name: balancer.name,
    bind: balancer.bind,
    port: balancer.port,
    ...(portProblem === undefined ? {} : { portProblem }),
    clientConnections: balancer.clientConnections,
    inFlight: balancer.inFlight,
    requests: unrouted + serverGroups.reduce((sum, group) => sum + group.requests, 0),
    unrouted,
    serverGroups,
  };
}

function groupStatus(group: GroupRuntime, share: number, reason: ServerGroupStatus["reason"]): ServerGroupStatus {
  return {
    name: group.name,
    weight: group.weight,
    share,
    ...(reason ? { reason } : {}),
    healthyInstances: group.routable.length,
    inFlight: group.inFlight,
    requests: total(group.counters.answers),
    errors: group.counters.answers[4] ?? 0,
    instances: group.instances.map((instance) => ({
      id: instance.id,
      address: instance.address,
      port: instance.port,
      state: instance.state,
      health: instance.health,
      ...(instance.reason === undefined ? {} : { reason: instance.reason }),
      inFlight: instance.inFlight,
      requests: total(instance.answers),
    })),
  };
}
