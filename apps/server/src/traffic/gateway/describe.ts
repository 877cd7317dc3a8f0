import type { GatewayStatus } from "@gennaker/gateway-config/status.ts";
import type { ServerGroup } from "../../providers/port/api.ts";
import type { LoadBalancer } from "../port/api.ts";
import { requestedShares, targetsOf } from "./desired.ts";
import type { StoredBalancer } from "./store.ts";
import type { MeasuredTraffic } from "./traffic-meter.ts";
import { sharesAgree } from "./traffic-meter.ts";

export type DescribeInput = {
  balancer: StoredBalancer;
  groups: readonly ServerGroup[];
  generation: number;
  status: GatewayStatus | null;
  /** Why the gateway is not up to date, empty when it is. */
  problem: string;
  measured: MeasuredTraffic | null;
};

/** A load balancer as people and stages see it: what was asked for beside what the gateway says it does. */
export function describeBalancer({
  balancer,
  groups,
  generation,
  status,
  problem,
  measured,
}: DescribeInput): LoadBalancer {
  const { pins, ...spec } = balancer;
  const inForce = status?.loadBalancers.find((each) => each.name === balancer.name);
  const portProblem = inForce?.portProblem;
  const targets = targetsOf(balancer, groups);
  const shares = requestedShares(balancer, targets);
  return {
    ...spec,
    generation,
    generationInForce: status?.generation ?? null,
    state: inForce && portProblem === undefined ? "up" : "down",
    reason: portProblem ?? (inForce ? "" : problem || "the gateway does not serve this load balancer yet"),
    requestsPerSecond: measured?.perSecond ?? null,
    targets: targets.map((group) => ({
      serverGroup: group.name,
      cluster: group.cluster,
      disabled: group.disabled,
      pinnedPercent: pins[group.name] ?? null,
      requestedPercent: round(shares.get(group.name) ?? 0),
      measuredPercent: measured && measured.requests > 0 ? round(measured.split.get(group.name) ?? 0) : null,
      healthyInstances: inForce?.serverGroups.find((each) => each.name === group.name)?.healthyInstances ?? 0,
      totalInstances: group.instances.length,
    })),
  };
}

/** Measured shares in percent; `matches` compares them with those requested, and is null when there were too few requests. */
export function measuredSplit(
  balancer: LoadBalancer,
  measured: MeasuredTraffic | null,
): { samples: number; split: Record<string, number>; matches: boolean | null } {
  if (measured === null || measured.requests === 0) return { samples: 0, split: {}, matches: null };
  const { requests, split } = measured;
  const share = (name: string) => round(split.get(name) ?? 0);
  const verdicts = balancer.targets.map((target) =>
    sharesAgree(target.requestedPercent, share(target.serverGroup), requests),
  );
  return {
    samples: requests,
    split: Object.fromEntries(balancer.targets.map(({ serverGroup }) => [serverGroup, share(serverGroup)])),
    matches: verdicts.includes(false) ? false : verdicts.includes(null) ? null : true,
  };
}

function round(percent: number): number {
  return Math.round(percent * 100) / 100;
}
