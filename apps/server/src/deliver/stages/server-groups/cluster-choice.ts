import type { ServerGroup } from "../../../providers/port/api.ts";
import { newestFirst, ordinary } from "@gennaker/pipeline-model/server-group-targets.ts";

/** Which groups of one cluster in one region stay, and which the stage works on. */
export type Choice = { kept: ServerGroup[]; chosen: ServerGroup[] };

/** `disableCluster`: keeps the newest (or largest) enabled groups and disables the other enabled ones. */
export function chooseToDisable(groups: readonly ServerGroup[], remaining: number, preferLarger: boolean): Choice {
  const enabled = ranked(
    ordinary(groups).filter((group) => !group.disabled),
    preferLarger,
  );
  return { kept: enabled.slice(0, remaining), chosen: enabled.slice(remaining) };
}

/**
 * `shrinkCluster`: keeps so many groups in all. Enabled ones count first and are destroyed only with
 * `allowDeleteActive`.
 */
export function chooseToShrink(
  groups: readonly ServerGroup[],
  size: number,
  options: { allowDeleteActive: boolean; retainLarger: boolean },
): Choice {
  const all = ordinary(groups);
  const active = ranked(
    all.filter((group) => !group.disabled),
    options.retainLarger,
  );
  const idle = ranked(
    all.filter((group) => group.disabled),
    options.retainLarger,
  );
  const keptActive = options.allowDeleteActive ? active.slice(0, size) : active;
  const keptIdle = idle.slice(0, Math.max(0, size - keptActive.length));
  return {
    kept: [...keptActive, ...keptIdle],
    chosen: [...active.slice(keptActive.length), ...idle.slice(keptIdle.length)],
  };
}

/** `scaleDownCluster`: keeps so many groups at full size; enabled ones are emptied only with `allowScaleDownActive`. */
export function chooseToScaleDown(
  groups: readonly ServerGroup[],
  remaining: number,
  options: { allowScaleDownActive: boolean; preferLarger: boolean },
): Choice {
  const choice = chooseToShrink(groups, remaining, {
    allowDeleteActive: options.allowScaleDownActive,
    retainLarger: options.preferLarger,
  });
  return { kept: choice.kept, chosen: choice.chosen.filter((group) => group.capacity.desired > 0) };
}

function ranked(groups: readonly ServerGroup[], larger: boolean): ServerGroup[] {
  const newest = newestFirst(groups);
  return larger ? newest.sort((a, b) => b.instances.length - a.instances.length) : newest;
}
