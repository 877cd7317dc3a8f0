import type { GatewayStatus } from "@gennaker/gateway-config/status.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
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
export function describeBalancer({ balancer, groups, generation, status, problem, measured }: DescribeInput): LoadBalancer {
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

/** Requested against measured shares; `matches` is null when there were too few requests to tell. */
export function measuredSplit(balancer: LoadBalancer, measured: MeasuredTraffic | null): { samples: number; split: JsonObject; matches: boolean | null } {
  const samples = measured?.requests ?? 0;
  const rows = balancer.targets.map((target) => ({
    serverGroup: target.serverGroup,
    requestedPercent: target.requestedPercent,
    measuredPercent: measured ? round(measured.split.get(target.serverGroup) ?? 0) : null,
  }));
  const verdicts = rows.map((row) => (row.measuredPercent === null ? null : sharesAgree(row.requestedPercent, row.measuredPercent, samples)));
  const matches = verdicts.includes(false) ? false : verdicts.includes(null) ? null : true;
  return { samples, split: Object.fromEntries(rows.map(({ serverGroup, ...row }) => [serverGroup, row])), matches };
}

function round(percent: number): number {
  return Math.round(percent * 100) / 100;
}
