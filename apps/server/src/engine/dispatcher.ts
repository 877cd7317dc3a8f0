import type { Database } from "../platform/database/api.ts";
import type { Committed, StartedRun, Work } from "./batch.ts";
import { messageTypes } from "@gennaker/engine-core/advance.ts";
import { admitWaiting, waitingConfigs } from "./admission.ts";
import type { StageType } from "./api.ts";
import {
  cancelRequests,
  claimDue,
  discard,
  leaveTo,
  letGo,
  nextDue,
  putBack,
  reclaimLeft,
  release,
  renew,
} from "./claims.ts";
import type { Evaluator } from "./evaluation.ts";
import { controlTopic } from "./create-control.ts";
import type { Controls } from "./controls.ts";
import { createLoop } from "./loop.ts";
import type { Lookups } from "./lookups.ts";
import { reconcile } from "./reconcile.ts";
import { currentSnapshots } from "./queries.ts";
import { createRunner } from "./runner.ts";
import type { SnapshotCache } from "./snapshot.ts";
import { deliverWakes, forgetWakes, storeWakes } from "./wakes.ts";
import { isComplete } from "@gennaker/engine-core/status.ts";
import type { Stage } from "@gennaker/engine-core/model.ts";
import type { Log } from "./log.ts";

const channel = "gennaker_engine";
const sweepMs = 1_000;

export type DispatcherOptions = {
  database: Database;
  stageTypes: ReadonlyMap<string, StageType>;
  /** The registry key of this stage's type where only another living replica knows it. */
  elsewhere(stage: Stage): string | null;
  evaluator: Evaluator;
  lookups: Lookups;
  cache: SnapshotCache;
  replicaId: string;
  releaseClaimsOf: readonly string[];
  concurrency: number;
  leaseSeconds: number;
  controls: Controls;
  /** Does this replica do what one of them suffices for? */
  leads(): boolean;
  log: Log;
  now(): number;
  submit(executionId: string, work: Work): Promise<boolean>;
  idle(): Promise<void>;
};

export type Dispatcher = {
  capacity(): number;
  committed(results: readonly Committed[], begun: readonly StartedRun[], unclaimed: number): void;
  suspect(): void;
  wake(topics: readonly string[]): void;
  /** Pauses or freezes have changed. */
  controlsChanged(): void;
  run(): Promise<void>;
  stop(graceMs: number): Promise<void>;
};

/** Decides what this replica works on: claims due side effects, follows timers, wakes, cancels, and the leases of other replicas. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { database, replicaId, leaseSeconds, log } = options;
  let active = false;
  let timer: NodeJS.Timeout | undefined;
  let timerAt = Number.POSITIVE_INFINITY;
  let unlisten: (() => Promise<void>) | undefined;
  let sweeps = 0;
  let wanting = false;
  let beats = 0;
  let suspected = false;
  const topics = new Set<string>();
  const orphans = new Set<string>();
  const hint = () => database.notify(channel, replicaId);
  const keys = [...options.stageTypes.keys()];

  const runner = createRunner({
    types: options.stageTypes,
    elsewhere: options.elsewhere,
    evaluator: options.evaluator,
    lookups: options.lookups,
    now: options.now,
    log,
    report: (claim, message) =>
      options.submit(claim.executionId, {
        claim: { stageId: claim.stageId, fencing: claim.fencing },
        messages: () => [message],
      }),
    putBack: async (claim, wait) => {
      const ms = await stubborn(() => putBack(database, replicaId, claim, wait, options.now()));
      if (ms !== null) takeIn(ms);
    },
    letGo: (claim) => letGo(database, replicaId, claim),
    async leaveTo(claim, requires) {
      await leaveTo(database, replicaId, claim, requires);
      hint();
    },
    discard: (claim) => discard(database, replicaId, claim),
    freed: () => {
      if (wanting) take.kick();
    },
  });

  /** Repeats a statement while the database is away: the result of a side effect must not be lost. */
  const stubborn = async <T>(statement: () => Promise<T>): Promise<T | null> => {
    for (let tries = 0; ; tries += 1) {
      try {
        return await statement();
      } catch (error) {
        if (!active || tries > 100) return null;
        log("warn", `the database did not answer, trying again: ${(error as Error).message}`);
        await new Promise((resolve) => setTimeout(resolve, Math.min(2_000, 50 * 2 ** tries)));
      }
    }
  };

  const capacity = () => (active ? Math.max(0, options.concurrency - runner.busy()) : 0);

  const takeIn = (ms: number) => {
    const at = Date.now() + Math.max(0, ms);
    if (!active || at >= timerAt) return;
    clearTimeout(timer);
    timerAt = at;
    timer = setTimeout(
      () => {
        timerAt = Number.POSITIVE_INFINITY;
        take.kick();
      },
      Math.min(2 ** 31 - 1, Math.max(0, Math.ceil(ms))),
    );
  };

  const take = createLoop(log, "claiming due tasks", async () => {
    if (!active) return;
    for (;;) {
      const room = Math.min(capacity(), 100);
      wanting = room === 0;
      if (room === 0) return;
      const claims = await claimDue(database, replicaId, leaseSeconds, room, keys);
      if (claims.length > 0) {
        const snapshots = await currentSnapshots(database, options.cache, [
          ...new Set(claims.map((claim) => claim.executionId)),
        ]);
        for (const [, snapshot] of snapshots) options.cache.put(snapshot);
        for (const claim of claims) {
          const snapshot = snapshots.get(claim.executionId);
          if (snapshot === undefined) await discard(database, replicaId, claim);
          else runner.begin(claim, snapshot.execution);
        }
      }
      if (claims.length < room) break;
    }
    const ms = await nextDue(database, keys);
    if (ms !== null) takeIn(ms);
  });

  const deliver = createLoop(log, "delivering wake-ups", async () => {
    const fresh = [...topics];
    topics.clear();
    try {
      if (fresh.length > 0) await storeWakes(database, fresh);
    } catch (error) {
      for (const topic of fresh) topics.add(topic);
      throw error;
    }
    if ((await deliverWakes(database, 5)) > 0) take.kick();
    hint();
  });

  const inbox = (executionId: string) => {
    const nothing = () => [];
    options.submit(executionId, { inbox: true, messages: nothing }).catch(async () => {
      await database.query("delete from engine_message where execution_id = $1", [executionId]).catch(() => undefined);
    });
  };

  const sweep = createLoop(log, "looking for work", async () => {
    if (!active) return;
    sweeps += 1;
    const [found] = await database.query<Found>(sweepStatement, [replicaId, messageTypes, keys]);
    if (found === undefined) return;
    if (found.expired && (await release(database, { expiredOfOthersThan: replicaId })) > 0) take.kick();
    if (found.canceled) {
      for (const row of await cancelRequests(database, replicaId))
        runner.abort(row.execution_id, row.stage_id, row.fencing, "cancel");
    }
    for (const id of found.messages) inbox(id);
    if (found.wakes && (await deliverWakes(database, 5)) > 0) take.kick();
    if (found.due) take.kick();
    if (!options.leads()) return;
    if (found.held) reconcileLoop.kick();
    if (found.waiting && sweeps % 5 === 0)
      for (const config of await waitingConfigs(database)) await admitWaiting(database, options.submit, config);
    if (sweeps % 60 === 0) await reclaimLeft(database);
    if (sweeps % 300 === 0) await forgetWakes(database);
  });

  const reconcileLoop = createLoop(log, "bringing runs in line with pauses and freezes", async () => {
    if (active) await reconcile(database, options.submit, await options.controls.read(database), options.now());
  });

  const beat = createLoop(log, "renewing leases", async () => {
    beats += 1;
    const before = runner.claims();
    if (before.length === 0 && orphans.size === 0 && !suspected && beats % 4 !== 0) return;
    suspected = false;
    const owned = await renew(database, replicaId, leaseSeconds);
    const held = new Map(owned.map((row) => [`${row.execution_id}/${row.stage_id}`, row]));
    for (const claim of before) {
      const key = `${claim.executionId}/${claim.stageId}`;
      if (held.get(key)?.fencing !== claim.fencing)
        runner.abort(claim.executionId, claim.stageId, claim.fencing, "lost");
    }
    // A commit whose answer was lost leaves claims that nobody here runs: seen twice, they are let go.
    const stray = owned.filter((row) => !runner.has(row.execution_id, row.stage_id));
    for (const row of stray) {
      const key = `${row.execution_id}/${row.stage_id}/${row.fencing}`;
      if (orphans.has(key)) {
        const { execution_id: executionId, stage_id: stageId, fencing } = row;
        await letGo(database, replicaId, { executionId, stageId, fencing });
      }
    }
    orphans.clear();
    for (const row of stray) orphans.add(`${row.execution_id}/${row.stage_id}/${row.fencing}`);
    if (stray.length > 0) {
      take.kick();
      lookAgain();
    }
  });

  /** Looks for claims that nobody runs soon instead of with the next heartbeat. */
  const lookAgain = () => {
    if (!active) return;
    suspected = true;
    setTimeout(() => beat.kick(), sweepMs).unref();
  };

  return {
    capacity,
    committed(results, begun, unclaimed) {
      for (const claim of begun) {
        const found = results.find(({ snapshot }) => snapshot.execution.id === claim.executionId);
        if (found !== undefined) runner.begin(claim, found.snapshot.execution);
      }
      let elsewhere = unclaimed > 0;
      for (const { outcome } of results) {
        const { execution } = outcome;
        for (const [stageId, operations] of outcome.runs) {
          for (const operation of operations) {
            if (operation.op === "abort") {
              if (runner.has(execution.id, stageId)) runner.abort(execution.id, stageId, null, "cancel");
              else elsewhere = true;
            }
            if (operation.op === "wait") takeIn(operation.due - options.now());
            if (operation.op !== "start" && operation.op !== "delete") takeIn(0);
          }
        }
        if (outcome.wakes.length > 0) deliver.kick();
        if (outcome.deferred.length > 0) inbox(execution.id);
        for (const { executionId, due, requires } of outcome.outgoing) {
          if (due === undefined && requires === undefined) inbox(executionId);
          if (requires !== undefined) elsewhere = true;
        }
        if (isComplete(execution.status) && execution.pipelineConfigId !== null && outcome.headerChanged) {
          void admitWaiting(database, options.submit, execution.pipelineConfigId, execution.limits).catch(
            () => undefined,
          );
        }
      }
      if (elsewhere) {
        take.kick();
        hint();
      }
    },

    suspect: lookAgain,

    wake(woken) {
      for (const topic of woken) topics.add(topic);
      if (woken.length > 0) setImmediate(() => deliver.kick());
    },

    controlsChanged() {
      topics.add(controlTopic);
      deliver.kick();
      reconcileLoop.kick();
    },

    async run() {
      const dead = [...new Set([replicaId, ...options.releaseClaimsOf])];
      await release(database, { owners: dead });
      active = true;
      unlisten = await database.listen(channel, (sender) => {
        if (sender !== replicaId) sweep.kick();
      });
      sweep.every(sweepMs);
      beat.every(leaseSeconds * 250);
      take.kick();
    },

    async stop(graceMs) {
      active = false;
      clearTimeout(timer);
      await Promise.all([sweep.stop(), take.stop(), beat.stop(), reconcileLoop.stop()]);
      await runner.stop(graceMs);
      // Without a database nothing more can be recorded; whoever comes next finds the claims.
      const patience = new Promise<void>((resolve) => setTimeout(resolve, graceMs + 3_000).unref());
      await Promise.race([options.idle().then(() => deliver.stop()), patience]);
      await unlisten?.().catch(() => undefined);
      await release(database, { owners: [replicaId] }).catch(() => undefined);
      hint();
    },
  };
}

type Found = {
  due: boolean;
  expired: boolean;
  canceled: boolean;
  wakes: boolean;
  waiting: boolean;
  held: boolean;
  messages: string[];
};

/** One statement a second tells whether there is anything to do; each part reads one index. */
const sweepStatement = `
  select
    exists (select 1 from engine_task_run where owner is null and not parked and due <= now()
      and (requires is null or requires = any($3))) as due,
    exists (select 1 from engine_task_run where owner is not null and owner <> $1 and lease_until < now()) as expired,
    exists (select 1 from engine_task_run where owner = $1 and cancel_requested) as canceled,
    exists (select 1 from engine_wake where woken_at is null or woken_at > now() - interval '5 seconds') as wakes,
    exists (select 1 from engine_execution where end_time is null and status = 'NOT_STARTED')
      or exists (select 1 from engine_execution where held_by = 'restart') as waiting,
    exists (select 1 from engine_pause) or exists (select 1 from engine_execution where held_by is not null) as held,
    array(select distinct execution_id from (
      select execution_id from engine_message where due <= now() and (type is null or type = any($2))
        and (requires is null or requires = any($3)) order by due, seq limit 200) m) as messages`;
