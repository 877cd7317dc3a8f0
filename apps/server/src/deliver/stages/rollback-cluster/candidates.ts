import { newestFirst, ordinary } from "@gennaker/pipeline-model/server-group-targets.ts";
import type { ServerGroup } from "../../../providers/port/api.ts";

/** What to take out and what to bring back, or why there is nothing to roll back to. */
export type Candidates = { rollback: ServerGroup; restore: ServerGroup } | { none: string };

/**
 * The newest enabled group goes; the one before it comes back: the newest older one that still has instances, else the
 * newest older one. Without an enabled group the newest one counts as the one to replace.
 */
export function rollbackCandidates(groups: readonly ServerGroup[]): Candidates {
  const sorted = newestFirst(ordinary(groups));
  const rollback = sorted.find((group) => !group.disabled) ?? sorted[0];
  if (rollback === undefined) return { none: "the cluster has no server group" };
  const older = sorted.slice(sorted.indexOf(rollback) + 1);
  const restore = older.find((group) => group.capacity.desired > 0) ?? older[0];
  if (restore === undefined) return { none: `${rollback.name} has no earlier server group to go back to` };
  return { rollback, restore };
}
