import type { TrafficTarget } from "../../../traffic/port/api.ts";

/**
 * The pin that takes `percentage` of its traffic from a group: what the pins of others leave, times the part that
 * stays, in whole percent. Null when no other enabled and healthy group could take the traffic over.
 */
export function loweredPin(targets: readonly TrafficTarget[], serverGroup: string, percentage: number): number | null {
  const others = targets.filter((target) => target.serverGroup !== serverGroup && !target.disabled);
  if (!others.some((target) => target.healthyInstances > 0 && target.pinnedPercent !== 0)) return null;
  const pinned = others.reduce((sum, target) => sum + (target.pinnedPercent ?? 0), 0);
  return Math.round((Math.max(0, 100 - pinned) * (100 - percentage)) / 100);
}
