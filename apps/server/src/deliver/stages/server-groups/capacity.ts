import type { Capacity } from "../../../providers/port/api.ts";

/** How a resize asks for its size; `percent` and `number` are for relative actions. */
export type Resize =
  | { action: "scale_exact"; capacity: Partial<Capacity> }
  | { action: "scale_up" | "scale_down"; percent: number | undefined; number: number | undefined }
  | {
      action: "scale_to_cluster" | "scale_to_server_group";
      like: readonly Capacity[];
      percent: number | undefined;
      number: number | undefined;
    };

/**
 * The size after a resize. Relative actions move `desired` by a number, or by a percentage of it rounded up, never
 * below zero; `min` and `max` stretch to hold it. `scale_to_cluster` takes the largest of every figure among the
 * cluster's groups, `scale_to_server_group` those of one group, and both then add percentage or number.
 */
export function resized(current: Capacity, resize: Resize): Capacity {
  if (resize.action === "scale_exact") return complete(resize.capacity, current);
  const base = !("like" in resize)
    ? current
    : {
        min: Math.max(0, ...resize.like.map((capacity) => capacity.min)),
        max: Math.max(0, ...resize.like.map((capacity) => capacity.max)),
        desired: Math.max(0, ...resize.like.map((capacity) => capacity.desired)),
      };
  const step = resize.percent === undefined ? (resize.number ?? 0) : Math.ceil((base.desired * resize.percent) / 100);
  const desired = Math.max(0, base.desired + (resize.action === "scale_down" ? -step : step));
  return stretch({ ...base, desired });
}

/** Fills in missing figures: `desired` defaults to the current one held between `min` and `max`. */
export function complete(wanted: Partial<Capacity>, current: Capacity): Capacity {
  const min = wanted.min ?? Math.min(current.min, wanted.desired ?? wanted.max ?? current.min);
  const max = wanted.max ?? Math.max(current.max, wanted.desired ?? min, min);
  const desired = wanted.desired ?? Math.min(Math.max(current.desired, min), max);
  return stretch({ min, max, desired });
}

/** A capacity whose `min` and `max` hold its `desired`. */
export function stretch(capacity: Capacity): Capacity {
  return { ...capacity, min: Math.min(capacity.min, capacity.desired), max: Math.max(capacity.max, capacity.desired) };
}

/** A share of a capacity, every figure rounded up: no share above 0 % of a running group is empty. */
export function shareOf(capacity: Capacity, percent: number): Capacity {
  const part = (figure: number): number => Math.ceil((figure * percent) / 100);
  return { min: part(capacity.min), max: part(capacity.max), desired: part(capacity.desired) };
}

/** How many instances must be up: `targetHealthyDeployPercentage` of `desired`, rounded up; all by default. */
export function upNeeded(desired: number, percent: number | undefined): number {
  return Math.ceil((desired * (percent ?? 100)) / 100);
}
