import { GennakerError } from "@gennaker/contract/errors.ts";
import { PlanningPostponed } from "@gennaker/engine-core/model.ts";
import type { Database } from "../platform/database/api.ts";
import { isDatabaseAway, sqlState } from "../platform/database/faults.ts";
import { admits } from "./admission.ts";
import {
  runBatch,
  type Batch,
  type BatchOptions,
  type BatchResult,
  type Committed,
  type Pending,
  type StartedRun,
  type Work,
} from "./batch.ts";
import type { Log } from "./log.ts";

export type Advancer = {
  /** Resolves when the work is committed: true, or false when it was refused because its claim was lost. */
  submit(executionId: string, work: Work): Promise<boolean>;
  /** Waits until nothing is pending. */
  idle(): Promise<void>;
};

export type AdvancerOptions = BatchOptions & {
  database: Database;
  log: Log;
  /** Called after each commit, before the submitters hear of it. */
  committed(results: readonly Committed[], begun: readonly StartedRun[], waiting: number): void;
  /** The answer to a commit may have been lost: what it claimed must be looked for. */
  suspect(): void;
};

const lanes = 3;
const largestBatch = 48;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * Brings executions forward. Work for different executions that arrives together is committed together (one lock, one write, one
 * event statement, one commit); one execution is never in two batches at once, here or on another replica.
 */
export function createAdvancer(options: AdvancerOptions): Advancer {
  const pending: Batch = new Map();
  const busy = new Set<string>();
  const idlers: (() => void)[] = [];
  let open = 0;

  const queue = (executionId: string, work: Pending) => {
    const list = pending.get(executionId);
    if (list === undefined) pending.set(executionId, [work]);
    else list.push(work);
  };

  const nextBatch = (): Batch => {
    const batch: Batch = new Map();
    for (const [id, works] of pending) {
      if (busy.has(id)) continue;
      const alone =
        works.some((work) => work.create !== undefined && admits(work.create) !== "always") ||
        works.some((work) => work.tries > 0);
      if (alone && batch.size > 0) continue;
      batch.set(id, works);
      pending.delete(id);
      if (alone || batch.size >= largestBatch) break;
    }
    return batch;
  };

  const pump = () => {
    while (open < lanes && pending.size > 0) {
      const batch = nextBatch();
      if (batch.size === 0) return;
      for (const id of batch.keys()) busy.add(id);
      open += 1;
      void handle(batch).finally(() => {
        open -= 1;
        for (const id of batch.keys()) busy.delete(id);
        if (pending.size > 0) pump();
        else if (open === 0) for (const idler of idlers.splice(0)) idler();
      });
    }
  };

  const handle = async (batch: Batch): Promise<void> => {
    let result: BatchResult;
    try {
      result = await options.database.transaction((tx) => runBatch(tx, batch, options));
    } catch (error) {
      if (error instanceof PlanningPostponed) {
        void error.ready.then(() => requeue(batch));
        return;
      }
      for (const id of batch.keys()) options.cache.drop(id);
      options.suspect();
      recover(batch, error);
      return;
    }
    // From here everything is committed: nothing below may make the batch be tried again.
    for (const { snapshot } of result.committed) options.cache.put(snapshot);
    try {
      options.committed(result.committed, result.begun, result.unclaimed);
    } catch (error) {
      options.log("error", `what follows a transition failed; the next sweep makes up for it: ${String(error)}`);
    }
    for (const settle of result.settled) settle();
    if (result.locked.size > 0) void pause(15).then(() => requeue(result.locked));
  };

  const requeue = (batch: Batch) => {
    for (const [id, works] of batch) for (const work of works) queue(id, work);
    pump();
  };

  /** A lost connection or a deadlock is tried again; any other error is the fault of one work, so each is tried alone. */
  const recover = (batch: Batch, error: unknown): void => {
    const away = isDatabaseAway(error);
    const transient = away || ["40001", "40P01", "55P03", "25P03"].includes(sqlState(error) ?? "");
    const works = [...batch.values()].flat();
    const firstTry = works.every((work) => work.tries === 0);
    const again: Batch = new Map();
    for (const [id, list] of batch) {
      for (const work of list) {
        work.tries += 1;
        const hopeless = away
          ? work.impatient === true
          : !transient && (batch.size === 1 && list.length === 1 ? true : !firstTry && work.tries > 3);
        if (hopeless) work.reject(away ? awayError(error) : error);
        else again.set(id, [...(again.get(id) ?? []), work]);
      }
    }
    if (again.size === 0) return;
    options.log("warn", `a transition is tried again: ${error instanceof Error ? error.message : String(error)}`);
    const wait = transient ? Math.min(2_000, 25 * 2 ** Math.min(8, Math.max(...works.map((work) => work.tries)))) : 5;
    void pause(wait).then(() => requeue(again));
  };

  return {
    submit(executionId, work) {
      return new Promise((resolve, reject) => {
        queue(executionId, { ...work, resolve, reject, tries: 0 });
        // One turn of the event loop lets work that becomes ready together be committed together.
        setImmediate(pump);
      });
    },
    idle: () => (pending.size === 0 && open === 0 ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve))),
  };
}

function awayError(cause: unknown): GennakerError {
  return new GennakerError("database_unavailable", "The database is away; try again in a moment.", { cause });
}
