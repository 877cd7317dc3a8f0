import type { InstanceRow } from "../store/rows.ts";

/** The longest wait between two starts of an instance that keeps failing. */
const LONGEST_BACK_OFF_MS = 30_000;
const FIRST_BACK_OFF_MS = 500;

/** An instance that was up this long has proven itself: its next failure counts as the first. */
export const PROVEN_AFTER_MS = 30_000;

/** The wait before the next start after `failures` failures in a row: 0.5 s, doubled each time, at most 30 s. */
export function backOffMs(failures: number): number {
  return Math.min(FIRST_BACK_OFF_MS * 2 ** Math.min(Math.max(failures - 1, 0), 16), LONGEST_BACK_OFF_MS);
}

export type GroupPlan = {
  /** Zones of the instances to add. */
  create: string[];
  /** Ids of the instances to end, because there are too many. */
  remove: string[];
  /** Ids of the instances whose back-off is over. */
  start: string[];
};

/** What has to change so that `desired` instances run, spread evenly over `zones`. Pure. */
export function planGroup(
  desired: number,
  zones: readonly string[],
  instances: readonly InstanceRow[],
  now: Date,
): GroupPlan {
  const staying = instances.filter(({ phase }) => phase !== "stopping");
  const remove = staying.length > desired ? chooseSurplus(staying, staying.length - desired) : [];
  const counts = new Map(zones.map((zone) => [zone, 0]));
  for (const { zone } of staying) counts.set(zone, (counts.get(zone) ?? 0) + 1);
  const create: string[] = [];
  for (let missing = desired - staying.length; missing > 0; missing -= 1) {
    const zone = leastCrowded(zones, counts);
    counts.set(zone, (counts.get(zone) ?? 0) + 1);
    create.push(zone);
  }
  const start = staying
    .filter(
      ({ id, phase, next_start_at: due }) => phase === "exited" && !remove.includes(id) && (due === null || due <= now),
    )
    .map(({ id }) => id);
  return { create, remove, start };
}

/** First those that do no work, then from the most crowded zone, the newest first. */
function chooseSurplus(staying: readonly InstanceRow[], surplus: number): string[] {
  const left = [...staying];
  const chosen: string[] = [];
  while (chosen.length < surplus) {
    const crowd = (zone: string): number => left.filter((instance) => instance.zone === zone).length;
    left.sort(
      (one, other) =>
        usefulness(one) - usefulness(other) ||
        crowd(other.zone) - crowd(one.zone) ||
        other.created_at.getTime() - one.created_at.getTime() ||
        (one.id < other.id ? 1 : -1),
    );
    const next = left.shift();
    if (next === undefined) break;
    chosen.push(next.id);
  }
  return chosen;
}

function usefulness({ phase, healthy }: InstanceRow): number {
  if (phase === "exited") return 0;
  if (phase === "intended") return 1;
  return healthy === false ? 2 : healthy === null ? 3 : 4;
}

function leastCrowded(zones: readonly string[], counts: ReadonlyMap<string, number>): string {
  return zones.reduce(
    (best, zone) => ((counts.get(zone) ?? 0) < (counts.get(best) ?? 0) ? zone : best),
    zones[0] ?? "",
  );
}
