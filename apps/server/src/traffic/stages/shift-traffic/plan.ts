import type { TrafficTarget } from "../../port/api.ts";

/** A share asked for, its server group known by name. */
export type Pin = { serverGroup: string; percent: number };

/**
 * The pin with which a disabled group may be enabled before all pins are set: never more than the others leave, so
 * that enabling it neither gives it an instance's share for a moment nor pushes the sum over 100.
 */
export function entryPin(targets: readonly TrafficTarget[], pin: Pin): Pin {
  const others = targets.filter((target) => target.serverGroup !== pin.serverGroup);
  const taken = others.reduce((sum, target) => sum + (target.pinnedPercent ?? 0), 0);
  return { serverGroup: pin.serverGroup, percent: Math.max(0, Math.min(pin.percent, 100 - taken)) };
}

/**
 * True when the pins would leave a load balancer that has something to serve with nothing to send requests to: every
 * healthy enabled group pinned to 0, and no other group given a share.
 */
export function leavesNothing(targets: readonly TrafficTarget[], pins: readonly Pin[]): boolean {
  if (pins.some((pin) => pin.percent > 0)) return false;
  const zero = new Set(pins.map((pin) => pin.serverGroup));
  const live = targets.filter((target) => !target.disabled && target.healthyInstances > 0);
  return live.length > 0 && live.every((target) => zero.has(target.serverGroup));
}

/** The same server group named twice, null when none is. */
export function repeated(pins: readonly Pin[]): string | null {
  return (
    pins.find((pin, index) => pins.some((other, at) => at < index && other.serverGroup === pin.serverGroup))
      ?.serverGroup ?? null
  );
}

/** "a 10 %, b 90 %" */
export function pinsInWords(pins: readonly Pin[]): string {
  return pins.length === 0 ? "no pins" : pins.map((pin) => `${pin.serverGroup} ${pin.percent} %`).join(", ");
}
