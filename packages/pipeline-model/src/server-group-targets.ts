/** What target resolution looks at. */
export type TargetCandidate = {
  name: string;
  /** ISO 8601. */
  createdAt: string;
  /** The number of `vNNN`. */
  sequence: number;
  canaryRole: string | null;
};

/** A target found, or why there is none, in words. */
export type Resolved<T> = { group: T } | { missing: string };

/** Newest first; equal times by sequence. Time rules, so that a wrap from v999 to v000 keeps its order. */
export function newestFirst<T extends TargetCandidate>(groups: readonly T[]): T[] {
  return [...groups].sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt) || b.sequence - a.sequence);
}

/** Groups that stages on a whole cluster may touch: those of a canary belong to its own stage. */
export function ordinary<T extends TargetCandidate>(groups: readonly T[]): T[] {
  return groups.filter((group) => group.canaryRole === null);
}

/**
 * Spinnaker's dynamic targets over the groups of one cluster in one region: `current_asg_dynamic` is the newest,
 * `ancestor_asg_dynamic` the one before it, `oldest_asg_dynamic` the oldest; anything else is a name.
 */
export function resolveTarget<T extends TargetCandidate>(target: string, groups: readonly T[]): Resolved<T> {
  const sorted = newestFirst(ordinary(groups));
  const dynamic = dynamicTargets.get(target.toLowerCase());
  if (dynamic === undefined) {
    const named = groups.find((group) => group.name === target);
    return named === undefined ? { missing: `there is no server group ${target}${known(groups)}` } : { group: named };
  }
  if (sorted.length === 0) return { missing: "the cluster has no server group" };
  const group = dynamic === "newest" ? sorted[0] : dynamic === "previous" ? sorted[1] : sorted[sorted.length - 1];
  if (group !== undefined) return { group };
  return { missing: `the cluster has only one server group, ${sorted[0]?.name ?? ""}, and so no previous one` };
}

const dynamicTargets: ReadonlyMap<string, "newest" | "previous" | "oldest"> = new Map([
  ["current_asg_dynamic", "newest"],
  ["current_asg", "newest"],
  ["ancestor_asg_dynamic", "previous"],
  ["ancestor_asg", "previous"],
  ["oldest_asg_dynamic", "oldest"],
  ["oldest_asg", "oldest"],
]);

function known(groups: readonly TargetCandidate[]): string {
  return groups.length === 0
    ? ""
    : ` (there: ${newestFirst(groups)
        .map((group) => group.name)
        .join(", ")})`;
}
