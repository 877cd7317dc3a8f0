/**
 * Pure arithmetic of traffic weights, shared by the control plane (which resolves what a person asked for into percent)
 * and the gateway (which decides what is possible with the instances that are healthy now).
 */

export interface RequestedWeight {
  name: string;
  /** Percent of all requests; undefined: this group takes a part of what the weighted groups leave. */
  percent?: number | undefined;
  /** Instances that can take requests now; decides the parts of unweighted groups. */
  healthyInstances: number;
}

export interface ResolvedWeight {
  name: string;
  percent: number;
}

/**
 * Resolves requested weights into percent that add up to 100 (or to 0 for an empty list, and to less than 100 only when
 * every group is weighted and asks for less).
 * Unweighted groups share the rest by healthy instances; when none of them has one, they share it evenly, so that a
 * group that becomes healthy a moment later already has its part. Throws a RangeError for percent outside 0–100 or a
 * sum above 100.
 */
export function resolveWeights(requested: readonly RequestedWeight[]): ResolvedWeight[] {
  let fixed = 0;
  let healthy = 0;
  let open = 0;
  for (const group of requested) {
    if (group.percent === undefined) {
      open += 1;
      healthy += group.healthyInstances;
      continue;
    }
    if (!(group.percent >= 0 && group.percent <= 100)) {
      throw new RangeError(`weight of ${group.name} is ${group.percent} percent; it must be between 0 and 100`);
    }
    fixed += group.percent;
  }
  if (fixed > 100.001) throw new RangeError(`weights add up to ${fixed} percent; at most 100 is possible`);
  const rest = Math.max(0, 100 - fixed);
  return requested.map((group) => {
    if (group.percent !== undefined) return { name: group.name, percent: group.percent };
    const part = healthy > 0 ? group.healthyInstances / healthy : 1 / open;
    return { name: group.name, percent: rest * part };
  });
}

export interface WeightedGroup {
  name: string;
  /** Configured percent. */
  weight: number;
  /** Instances that can take a request now. */
  healthyInstances: number;
}

export interface EffectiveWeight {
  name: string;
  weight: number;
  /** Percent of the requests the group gets now. All shares add up to 100, or all are 0. */
  share: number;
  /** Why share and weight differ in kind: `noHealthyInstance` gives its share to the others. */
  reason?: "noHealthyInstance" | "noWeight";
}

/**
 * What the weights come to with the instances that are healthy now: a group without one gives its share to the other
 * weighted groups in proportion. Groups with weight 0 never take over: a disabled group stays without traffic.
 */
export function effectiveWeights(groups: readonly WeightedGroup[]): EffectiveWeight[] {
  let total = 0;
  for (const group of groups) if (group.healthyInstances > 0) total += group.weight;
  return groups.map(({ name, weight, healthyInstances }): EffectiveWeight => {
    if (weight <= 0) return { name, weight, share: 0, reason: "noWeight" };
    if (healthyInstances <= 0) return { name, weight, share: 0, reason: "noHealthyInstance" };
    return { name, weight, share: (weight / total) * 100 };
  });
}

/**
 * The snapshots' order of a shift: the same groups with every rising weight raised and none lowered yet, scaled to add
 * up to 100. Routers that cannot change all weights at once apply this first, so that 0/0 never exists.
 */
export function raisedFirst(current: readonly ResolvedWeight[], wanted: readonly ResolvedWeight[]): ResolvedWeight[] {
  const before = new Map(current.map((group) => [group.name, group.percent]));
  const after = new Map(wanted.map((group) => [group.name, group.percent]));
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const raised = names.map((name) => ({ name, percent: Math.max(before.get(name) ?? 0, after.get(name) ?? 0) }));
  const total = raised.reduce((sum, group) => sum + group.percent, 0);
  if (total <= 100) return raised;
  return raised.map(({ name, percent }) => ({ name, percent: (percent / total) * 100 }));
}
