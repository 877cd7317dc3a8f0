import type { ServerGroup } from "@gennaker/contract/resources/cluster.ts";
import { usageError } from "../../errors.ts";

/** A stage to run at once, as `startOperation` takes it. */
export type Job = { type: string } & Record<string, unknown>;

export type Capacity = { min: number; max: number; desired: number };

function target(group: ServerGroup) {
  const { account, region, name, cloudProvider, cluster } = group;
  return { cloudProvider, account, credentials: account, region, regions: [region], cluster, serverGroupName: name };
}

export function enableJob(group: ServerGroup): Job {
  return { type: "enableServerGroup", name: `Enable ${group.name}`, ...target(group) };
}

export function disableJob(group: ServerGroup): Job {
  return { type: "disableServerGroup", name: `Disable ${group.name}`, ...target(group) };
}

export function destroyJob(group: ServerGroup): Job {
  return { type: "destroyServerGroup", name: `Destroy ${group.name}`, ...target(group) };
}

export function resizeJob(group: ServerGroup, capacity: Capacity): Job {
  return {
    type: "resizeServerGroup",
    name: `Resize ${group.name} to ${capacity.desired}`,
    ...target(group),
    action: "scale_exact",
    capacity,
  };
}

/** Grows and enables `good` before `bad` is disabled. */
export function rollbackJob(bad: ServerGroup, good: ServerGroup): Job {
  return {
    type: "rollbackServerGroup",
    name: `Roll back ${bad.name} to ${good.name}`,
    ...target(bad),
    rollbackType: "EXPLICIT",
    rollbackContext: { rollbackServerGroupName: bad.name, restoreServerGroupName: good.name },
  };
}

/** The capacity asked for: bounds that were not named move only as far as the wished size pushes them. */
export function newCapacity(now: Capacity, asked: { desired?: number; min?: number; max?: number }): Capacity {
  const {
    desired = clamp(now.desired, asked.min ?? now.min, asked.max ?? now.max),
    min = Math.min(now.min, desired),
    max = Math.max(now.max, desired),
  } = asked;
  if (min > desired || desired > max) {
    throw usageError(`The size cannot be ${desired} with at least ${min} and at most ${max} instances.`, [
      "min ≤ desired ≤ max must hold.",
    ]);
  }
  return { min, max, desired };
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
