import type { GatewayStatus } from "@gennaker/gateway-config/status.ts";

/** Requests of one load balancer up to a moment, in all and by server group. */
type Reading = { at: number; total: number; groups: ReadonlyMap<string, number> };

const keptMs = 120_000;

export type MeasuredTraffic = {
  requests: number;
  /** Per second over the time looked at. */
  perSecond: number;
  /** Percent by server group. */
  split: ReadonlyMap<string, number>;
};

/** Remembers the gateway's request counters of the last two minutes, to tell what was really routed where. */
export function createTrafficMeter() {
  const readings = new Map<string, Reading[]>();

  function add(status: GatewayStatus, at: number): void {
    for (const balancer of status.loadBalancers) {
      const list = readings.get(balancer.name) ?? [];
      const last = list.at(-1);
      // Counters begin again when the gateway does.
      if (last && balancer.requests < last.total) list.length = 0;
      list.push({
        at,
        total: balancer.requests,
        groups: new Map(balancer.serverGroups.map((group) => [group.name, group.requests])),
      });
      while (list[0] && list[0].at < at - keptMs) list.shift();
      readings.set(balancer.name, list);
    }
  }

  /** Traffic since `since` (epoch ms), null while there are no two readings after it. */
  function since(balancer: string, from: number): MeasuredTraffic | null {
    const list = (readings.get(balancer) ?? []).filter((reading) => reading.at >= from);
    const first = list[0];
    const last = list.at(-1);
    if (!first || !last || first === last) return null;
    const counts = [...last.groups].map(([name, count]) => [name, count - (first.groups.get(name) ?? 0)] as const);
    const requests = counts.reduce((sum, [, count]) => sum + count, 0);
    return {
      requests,
      perSecond: (requests * 1000) / (last.at - first.at),
      split: new Map(counts.map(([name, count]) => [name, requests === 0 ? 0 : (count * 100) / requests])),
    };
  }

  return { add, since };
}

/**
 * Whether a measured share agrees with a requested one: within four standard deviations of a binomial share, and never
 * stricter than two percent points. Null when there are too few requests to tell.
 */
export function sharesAgree(requested: number, measured: number, requests: number): boolean | null {
  if (requests < 100) return null;
  const p = requested / 100;
  const deviation = 400 * Math.sqrt((p * (1 - p)) / requests);
  return Math.abs(requested - measured) <= Math.max(2, deviation);
}
