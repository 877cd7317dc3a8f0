import type { LoadBalancer } from "@gennaker/contract/resources/cluster.ts";

export type Segment = { name: string; percent: number; index: number };

/** Parts of the bar: measured shares once all are known, else the requested ones; parts of nothing are left out. */
export function segments(targets: LoadBalancer["targets"]): Segment[] {
  const measured =
    targets.every((target) => target.measuredPercent !== null) &&
    targets.some((target) => (target.measuredPercent ?? 0) > 0);
  return targets
    .map((target, index) => ({
      name: target.serverGroup,
      percent: (measured ? target.measuredPercent : target.requestedPercent) ?? 0,
      index,
    }))
    .filter((segment) => segment.percent > 0);
}
