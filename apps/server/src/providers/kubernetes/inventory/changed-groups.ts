import type { ServerGroup, ServerGroupRef } from "../../port/api.ts";
import { readyCount } from "../../port/api.ts";
import { affectedGroups, type WorkloadKey } from "./affected-groups.ts";
import type { Caches } from "./caches.ts";
import { monikerOf } from "./moniker.ts";

export type GroupChange = { application: string; ref: ServerGroupRef; group: ServerGroup | null };

/** How long changes are gathered: a rollout makes dozens of events a second, people need a few. */
const gatherMs = 100;
/** Server groups looked at before the event loop is let go. */
const slice = 50;

export type ChangedGroups = { stop(): void };

/**
 * Follows the copies and tells which server groups changed in what people and stages see of them: health, instances,
 * traffic, capacity. What is the same as last told is not told again; the state at the start is not told at all.
 */
export function followGroups(options: {
  caches: Caches;
  read(key: WorkloadKey): ServerGroup | null;
  refOf(key: WorkloadKey): ServerGroupRef;
  tell(changes: readonly GroupChange[]): void;
}): ChangedGroups {
  const { caches, read, refOf, tell } = options;
  const dirty = new Map<string, WorkloadKey>();
  const told = new Map<string, { application: string; summary: string }>();
  let timer: NodeJS.Timeout | null = null;
  let begun = false;
  let stopped = false;

  const idOf = (key: WorkloadKey): string => `${key.kind} ${key.namespace}/${key.name}`;

  function flush(): void {
    timer = null;
    const changes: GroupChange[] = [];
    for (const [id, key] of [...dirty].slice(0, slice)) {
      dirty.delete(id);
      const group = read(key);
      const before = told.get(id);
      if (group === null) {
        told.delete(id);
        if (before !== undefined) changes.push({ application: before.application, ref: refOf(key), group: null });
        continue;
      }
      const summary = summaryOf(group);
      if (summary === before?.summary) continue;
      told.set(id, { application: group.application, summary });
      changes.push({ application: group.application, ref: refOf(key), group });
    }
    if (changes.length > 0) tell(changes);
    if (dirty.size > 0) plan(0);
  }

  function plan(afterMs: number): void {
    if (timer !== null || stopped) return;
    timer = setTimeout(flush, afterMs);
    timer.unref();
  }

  const off = caches.onChange((kind, change) => {
    // Before everything was read once, there is nothing to compare with; deletions are remembered with what was told.
    if (!begun) return;
    for (const key of affectedGroups(caches, kind, change)) dirty.set(idOf(key), key);
    if (kind !== "Pod" && change.type === "deleted" && change.previous !== null) {
      const id = `${kind} ${change.object.metadata.namespace ?? ""}/${change.object.metadata.name ?? ""}`;
      const application = told.get(id)?.application;
      if (dirty.has(id) && application === undefined)
        told.set(id, { application: monikerOf(change.previous).application, summary: "" });
    }
    if (dirty.size > 0) plan(gatherMs);
  });
  caches.ready().then(
    () => (begun = true),
    () => undefined,
  );

  return {
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      off();
    },
  };
}

function summaryOf(group: ServerGroup): string {
  return JSON.stringify([
    group.disabled,
    group.capacity.desired,
    readyCount(group),
    group.instances.map(({ id, state }) => `${id} ${state}`).sort(),
    group.loadBalancers,
    group.health,
    group.artifact.reference,
  ]);
}
