import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { removeTree } from "../artifacts/artifact-store.ts";
import type { Launch } from "../cluster/launch.ts";
import { parseCluster } from "../cluster/parse-cluster.ts";
import { instanceFiles } from "../processes/attempt-files.ts";
import { stopProcesses } from "../processes/stop-processes.ts";
import type { ServerGroupRef } from "../../port/api.ts";
import {
  deleteGroup,
  deleteInstance,
  insertInstance,
  loadGroup,
  loadInstances,
  updateHealth,
  updateInstance,
} from "../store/group-store.ts";
import { type GroupRow, type InstanceRow, refKey } from "../store/rows.ts";
import type { HostsContext } from "./context.ts";
import { concludeEnd, launchInstance, newInstance } from "./instance-steps.ts";
import { deadlineOf, isHealthy, judgeGroup } from "./judge-group.ts";
import { planGroup } from "./plan-group.ts";
import { createWatchList } from "./watch-list.ts";

/** Brings one server group to what its row asks for, again and again, until the row is gone. */
export type GroupController = {
  /** Something may have changed: look. Many calls are one look. */
  nudge(): void;
  /** Nudges if a process has gone without its launcher having said so. */
  check(): void;
  /** Resolves after the next whole look. */
  settle(): Promise<void>;
  /** Stops looking; processes go on. */
  stop(): Promise<void>;
};

/** A change to instances: what was and what is to be. */
type Change = { before: InstanceRow; after: InstanceRow };

const RETRY_MS = 1000;
const STARTS_AT_ONCE = 8;

export function createGroupController(context: HostsContext, ref: ServerGroupRef, ended: () => void): GroupController {
  const { database } = context;
  const watched = createWatchList(context.instancesDirectory, () => nudge());
  const stopping = new Map<string, Promise<void>>();
  const closing = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let dirty = false;
  let stopped = false;
  let working: Promise<void> | null = null;

  function nudge(): void {
    dirty = true;
    if (working !== null || stopped) return;
    working = work().finally(() => {
      working = null;
      // A nudge between the last check and here must not be lost.
      if (dirty) nudge();
    });
  }

  async function work(): Promise<void> {
    while (dirty && !stopped) {
      dirty = false;
      clearTimeout(timer);
      try {
        plan(await look());
      } catch (error) {
        context.log(`server group ${refKey(ref)}: ${(error as Error).message}; trying again in ${RETRY_MS} ms`);
        plan(Date.now() + RETRY_MS);
      }
    }
  }

  function plan(at: number | null): void {
    if (at === null || stopped) return;
    timer = setTimeout(nudge, Math.max(0, Math.min(at - Date.now(), 2_000_000_000)));
    timer.unref();
  }

  /** One look: observe, decide, store, then act. Gives when to look again at the latest. */
  async function look(): Promise<number | null> {
    const group = await loadGroup(database, ref);
    if (group === null) {
      stopped = true;
      watched.close();
      ended();
      return null;
    }
    const { launch } = parseCluster(JSON.parse(group.launch) as JsonObject, context.account, { expressions: false });
    const rows = await loadInstances(database, ref);
    watched.keepOnly(new Set(rows.filter(({ phase }) => phase === "running").map(({ id }) => id)));
    const seen = await Promise.all(rows.map(async (row) => ({ before: row, after: await observe(row, launch) })));
    const { changes, created } = await decide(group, launch, seen);
    // What an operation changed meanwhile is decided anew in the next look.
    const stale = await save(group, launch, changes, created);
    context.seam("intent stored");
    const now = changes.map(({ after }) => after).filter(({ id }) => !stale.has(id));
    const intended = [...now, ...created].filter(({ phase }) => phase === "intended");
    await startAll(group, launch, intended);
    for (const row of now) if (row.phase === "stopping") stopInBackground(group, launch, row);
    if (group.destroying && changes.length === 0 && created.length === 0) {
      await database.transaction(async (tx) => {
        await deleteGroup(tx, ref);
        await context.publish(tx, group);
      });
      dirty = true;
      return null;
    }
    return nextLook(group, launch, now);
  }

  async function observe(row: InstanceRow, launch: Launch): Promise<InstanceRow> {
    if (row.phase !== "running") return row;
    const { alive, healthy, reason } = watched.observe(row, launch);
    if (!alive) {
      watched.forget(row.id);
      return concludeEnd(context, row);
    }
    const text = reason !== "" ? reason : healthy === true ? "" : row.reason;
    return healthy === row.healthy && text === row.reason ? row : { ...row, healthy, reason: text };
  }

  async function decide(
    group: GroupRow,
    launch: Launch,
    seen: readonly Change[],
  ): Promise<{ changes: Change[]; created: InstanceRow[] }> {
    const desired = group.destroying ? 0 : group.capacity_desired;
    const steps = planGroup(
      desired,
      launch.zones,
      seen.map(({ after }) => after),
      context.now(),
    );
    const changes = await Promise.all(
      seen.map(async ({ before, after }) => {
        if (steps.remove.includes(after.id)) return { before, after: leaving(group, launch, after) };
        if (!steps.start.includes(after.id)) return { before, after };
        return { before, after: await nextAttempt(after) };
      }),
    );
    const created: InstanceRow[] = [];
    for (const zone of steps.create) created.push(newInstance(group, zone, await context.ports.take(), context.now()));
    return { changes, created };
  }

  function leaving(group: GroupRow, launch: Launch, row: InstanceRow): InstanceRow {
    const serving = isHealthy(row) && !group.disabled && launch.loadBalancers.length > 0;
    const drain = group.destroying ? row.drain_ms : serving ? launch.drainSec * 1000 : 0;
    return {
      ...row,
      phase: "stopping",
      drain_ms: drain,
      reason: group.destroying ? "its server group is being destroyed" : "no longer wanted",
    };
  }

  /** The same address again, so that routers keep it, unless somebody else listens there by now. */
  async function nextAttempt(row: InstanceRow): Promise<InstanceRow> {
    const port = (await context.ports.free(row.port)) ? row.port : await context.ports.take();
    if (port !== row.port) context.ports.give(row.port);
    return { ...row, phase: "intended", attempt: row.attempt + 1, port, healthy: null, next_start_at: null };
  }

  async function save(
    group: GroupRow,
    launch: Launch,
    changes: readonly Change[],
    created: readonly InstanceRow[],
  ): Promise<Set<string>> {
    const stale = new Set<string>();
    const after = [...changes.map((change) => change.after), ...created];
    const upBefore = changes.filter(({ before }) => isHealthy(before)).length;
    const progressAt = after.filter(isHealthy).length > upBefore ? context.now() : group.progress_at;
    const facts = {
      desired: group.capacity_desired,
      destroying: group.destroying,
      disabled: group.disabled,
      progressAt,
      progressDeadlineSec: launch.progressDeadlineSec,
    };
    const health = judgeGroup(facts, after, context.now());
    const real = changes.filter(({ before, after: next }) => before !== next);
    const judged =
      health.status !== group.health_status ||
      health.code !== group.health_code ||
      health.reason !== group.health_reason;
    if (real.length === 0 && created.length === 0 && !judged) return stale;
    await database.transaction(async (tx) => {
      // One order of locks for all: the group's row, then its instances'.
      if (!(await updateHealth(tx, group, health, progressAt))) dirty = true;
      for (const change of real)
        if (!(await updateInstance(tx, change.before, change.after))) stale.add(change.before.id);
      for (const row of created) await insertInstance(tx, row);
      await context.publish(tx, {
        ...group,
        health_status: health.status,
        health_code: health.code,
        health_reason: health.reason,
      });
    });
    if (stale.size > 0) dirty = true;
    return stale;
  }

  async function startAll(group: GroupRow, launch: Launch, intended: readonly InstanceRow[]): Promise<void> {
    for (let index = 0; index < intended.length && !stopped; index += STARTS_AT_ONCE) {
      const batch = intended.slice(index, index + STARTS_AT_ONCE);
      const changes = await Promise.all(
        batch.map(async (before) => ({ before, after: await launchInstance(context, group, launch, before) })),
      );
      context.seam("started");
      await database.transaction(async (tx) => {
        for (const change of changes) await updateInstance(tx, change.before, change.after);
      });
      context.seam("recorded");
      dirty = true;
    }
  }

  function stopInBackground(group: GroupRow, launch: Launch, row: InstanceRow): void {
    if (stopping.has(row.id)) return;
    const task = endInstance(group, launch, row)
      .catch(async (error: unknown) => {
        if (closing.signal.aborted) return;
        context.log(`instance ${row.id} could not be cleaned up: ${(error as Error).message}; trying again`);
        await sleep(RETRY_MS, undefined, { signal: closing.signal }).catch(() => undefined);
      })
      .finally(() => {
        stopping.delete(row.id);
        nudge();
      });
    stopping.set(row.id, task);
  }

  async function endInstance(group: GroupRow, launch: Launch, row: InstanceRow): Promise<void> {
    watched.forget(row.id);
    const { signal } = closing;
    if (row.drain_ms > 0) await sleep(row.drain_ms, undefined, { signal });
    const { killed } = await stopProcesses(context.table, row.id, launch.stopTimeoutSec * 1000, signal);
    if (killed)
      context.log(`instance ${row.id} did not stop within ${launch.stopTimeoutSec} s of SIGTERM and was killed`);
    context.seam("stopped");
    await removeTree(instanceFiles(context.instancesDirectory, row.id).root);
    await database.transaction(async (tx) => {
      await deleteInstance(tx, row.id);
      await context.publish(tx, group);
    });
    context.ports.give(row.port);
  }

  function nextLook(group: GroupRow, launch: Launch, rows: readonly InstanceRow[]): number | null {
    const due = rows.flatMap(({ phase, next_start_at: at }) =>
      phase === "exited" && at !== null ? [at.getTime()] : [],
    );
    if (group.health_status !== "stable") {
      const deadline = deadlineOf({ progressAt: group.progress_at, progressDeadlineSec: launch.progressDeadlineSec });
      if (deadline > Date.now()) due.push(deadline);
    }
    return due.length === 0 ? null : Math.min(...due);
  }

  return {
    nudge,
    check() {
      if (watched.gone().length > 0) nudge();
    },
    async settle() {
      nudge();
      await working;
    },
    async stop() {
      stopped = true;
      closing.abort();
      await working;
      await Promise.all(stopping.values());
      watched.close();
      clearTimeout(timer);
    },
  };
}
