import { GennakerError } from "@gennaker/contract/errors.ts";
import { advance, type Outcome } from "@gennaker/engine-core/advance.ts";
import type { Execution, Message, Planner } from "@gennaker/engine-core/model.ts";
import type { AuditInput, AuditLog } from "../platform/audit/api.ts";
import type { Database, Tx } from "../platform/database/api.ts";
import { isDatabaseAway, sqlState } from "../platform/database/faults.ts";
import type { EventLog } from "../platform/events/api.ts";
import { encodeText } from "../platform/values/document.ts";
import { admits } from "./admission.ts";
import { decode, loadSnapshots, type Snapshot, type SnapshotCache } from "./snapshot.ts";
import { writeChanges, type Change } from "./write.ts";
import type { Log } from "./log.ts";

/** Something to do to one execution. */
export type Work = {
  /** The messages it comes down to, given the execution as it is; throws to refuse. */
  messages(execution: Execution): readonly Message[];
  /** The report of a side effect: refused (without error) unless this is still its fencing number. */
  claim?: { stageId: string; fencing: number };
  /** Recorded in the same transaction when there are messages. */
  audit?(execution: Execution): AuditInput;
  /** The execution is new. */
  create?: Execution;
  /** Also take the messages that wait for this execution in the database. */
  inbox?: boolean;
  /** A person waits for the answer: when the database is away, say so instead of trying again. */
  impatient?: boolean;
};

export type StartedRun = {
  executionId: string;
  stageId: string;
  kind: "run" | "cancel";
  taskId: string | null;
  attempt: number;
  fencing: number;
  failures: number;
  cancelRequested: boolean;
};

/** What one committed transition of an execution gave. */
export type Committed = { snapshot: Snapshot; outcome: Outcome };

export type Advancer = {
  /** Resolves when the work is committed: true, or false when it was refused because its claim was lost. */
  submit(executionId: string, work: Work): Promise<boolean>;
  /** Waits until nothing is pending. */
  idle(): Promise<void>;
};

export type AdvancerOptions = {
  database: Database;
  events: EventLog;
  audit: AuditLog;
  planner: Planner;
  cache: SnapshotCache;
  replicaId: string;
  leaseSeconds: number;
  now(): number;
  newId(): string;
  log: Log;
  /** How many new side effects this replica can begin now. */
  capacity(): number;
  /** Called after each commit, before the submitters hear of it. */
  committed(results: readonly Committed[], begun: readonly StartedRun[], waiting: number): void;
  /** The answer to a commit may have been lost: what it claimed must be looked for. */
  suspect(): void;
};

type Pending = Work & { resolve(done: boolean): void; reject(error: unknown): void; tries: number };
type Batch = Map<string, Pending[]>;

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
      const alone = works.some((work) => work.create !== undefined && admits(work.create) !== "always") || works.some((work) => work.tries > 0);
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
        const hopeless = away ? work.impatient === true : !transient && (batch.size === 1 && list.length === 1 ? true : !firstTry && work.tries > 3);
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

type BatchResult = {
  committed: Committed[];
  begun: StartedRun[];
  unclaimed: number;
  settled: (() => void)[];
  locked: Batch;
};

async function runBatch(tx: Tx, batch: Batch, options: AdvancerOptions): Promise<BatchResult> {
  const result: BatchResult = { committed: [], begun: [], unclaimed: 0, settled: [], locked: new Map() };
  const existing = [...batch].filter(([, works]) => !works.some((work) => work.create !== undefined)).map(([id]) => id);
  const snapshots = await lock(tx, existing, options);
  const missing = existing.filter((id) => !snapshots.has(id));
  const present = missing.length === 0 ? new Set<string>() : await stillThere(tx, missing);
  const inbox = await takeInbox(tx, batch, snapshots);
  const changes: Change[] = [];
  const audits: AuditInput[] = [];
  for (const [id, works] of batch) {
    if (present.has(id)) {
      result.locked.set(id, works);
      continue;
    }
    const before = snapshots.get(id) ?? null;
    const created = works.find((work) => work.create !== undefined)?.create;
    const execution = before?.execution ?? created;
    if (execution === undefined) {
      const gone = new GennakerError("not_found", `There is no execution ${id}.`);
      for (const work of works) result.settled.push(() => work.claim === undefined ? work.reject(gone) : work.resolve(false));
      continue;
    }
    const messages: Message[] = [...(inbox.get(id) ?? [])];
    for (const work of works) collect(work, execution, before, messages, audits, result.settled);
    const admitted = await admit(tx, execution, messages);
    const outcome = advance(execution, admitted, { now: options.now(), newId: options.newId, planner: options.planner });
    if (before === null || isChange(outcome)) changes.push({ before, outcome });
  }
  if (changes.length > 0) await commitChanges(tx, changes, options, result);
  for (const entry of audits) await options.audit.record(tx, entry);
  return result;
}

function collect(
  work: Pending,
  execution: Execution,
  before: Snapshot | null,
  messages: Message[],
  audits: AuditInput[],
  settled: (() => void)[],
): void {
  if (work.claim !== undefined && before?.fencing.get(work.claim.stageId) !== work.claim.fencing) {
    settled.push(() => work.resolve(false));
    return;
  }
  try {
    const wanted = work.messages(execution);
    messages.push(...wanted);
    if (work.audit !== undefined && wanted.length > 0) audits.push(work.audit(execution));
    settled.push(() => work.resolve(true));
  } catch (error) {
    settled.push(() => work.reject(error));
  }
}

/**
 * Settings of a transition's transaction: a stalled replica's locks are given back by the server, and statements planned while the
 * tables are still small use the same index paths as later.
 */
const settings = "set_config('idle_in_transaction_session_timeout', '10000', true), set_config('enable_seqscan', 'off', true)";

/** Locks what no other replica holds and gives it as it now is: from the cache when the version is the same, else read anew. */
async function lock(tx: Tx, ids: readonly string[], options: AdvancerOptions): Promise<Map<string, Snapshot>> {
  const snapshots = new Map<string, Snapshot>();
  if (ids.length === 0) {
    await tx.query(`select ${settings}`);
    return snapshots;
  }
  const rows = await tx.query<{ id: string; version: number }>(
    `select id, version, ${settings}
     from engine_execution where id = any($1) order by id for update skip locked`,
    [ids],
  );
  const stale: string[] = [];
  for (const row of rows) {
    const cached = options.cache.get(row.id, row.version);
    if (cached === undefined) stale.push(row.id);
    else snapshots.set(row.id, cached);
  }
  for (const [id, snapshot] of await loadSnapshots(tx, stale)) snapshots.set(id, snapshot);
  return snapshots;
}

async function stillThere(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>("select id from engine_execution where id = any($1)", [ids]);
  return new Set(rows.map((row) => row.id));
}

async function takeInbox(tx: Tx, batch: Batch, snapshots: ReadonlyMap<string, Snapshot>): Promise<Map<string, Message[]>> {
  const ids = [...batch].filter(([id, works]) => snapshots.has(id) && works.some((work) => work.inbox === true)).map(([id]) => id);
  if (ids.length === 0) return new Map();
  const rows = await tx.query<{ seq: number; execution_id: string; payload: string }>(
    "delete from engine_message where execution_id = any($1) and due <= now() returning seq, execution_id, payload",
    [ids],
  );
  rows.sort((left, right) => left.seq - right.seq);
  const byExecution = Map.groupBy(rows, (row) => row.execution_id);
  return new Map([...byExecution].map(([id, list]) => [id, list.map((row) => decode<Message>(row.payload))]));
}

/** Decides, under a lock of its pipeline, whether an execution with limits may begin. */
async function admit(tx: Tx, execution: Execution, messages: readonly Message[]): Promise<readonly Message[]> {
  const limit = admits(execution);
  if (limit === "always" || !messages.some((message) => message.type === "StartExecution")) return messages;
  const config = encodeText(execution.pipelineConfigId ?? "");
  await tx.query("select pg_advisory_xact_lock(hashtextextended($1, 7))", [config]);
  const rows = await tx.query<{ running: number }>(
    `select count(*) as running from engine_execution
     where pipeline_config_id = $1 and id <> $2 and end_time is null and status in ('RUNNING', 'PAUSED')`,
    [config, execution.id],
  );
  const admitted = (rows[0]?.running ?? 0) < limit;
  return messages.map((message) => (message.type === "StartExecution" ? { ...message, admitted } : message));
}

function isChange(outcome: Outcome): boolean {
  const { headerChanged, changed, removed, runs, deferred, outgoing, wakes } = outcome;
  return headerChanged || changed.length + removed.length + runs.size + deferred.length + outgoing.length + wakes.length > 0;
}

async function commitChanges(tx: Tx, changes: readonly Change[], options: AdvancerOptions, result: BatchResult): Promise<void> {
  const { replicaId: owner, leaseSeconds } = options;
  const rows = await writeChanges(tx, changes, { owner, leaseSeconds, capacity: options.capacity() });
  const rowsOf = Map.groupBy(rows, (row) => row.execution_id);
  for (const change of changes) {
    const { outcome, before } = change;
    const { id } = outcome.execution;
    const fencing = new Map(before?.fencing ?? []);
    for (const [stageId, operations] of outcome.runs) if (operations.at(-1)?.op === "delete") fencing.delete(stageId);
    for (const row of rowsOf.get(id) ?? []) fencing.set(row.stage_id, row.fencing);
    const weight = before?.weight ?? 2_000 + outcome.execution.stages.size * 800;
    const snapshot: Snapshot = { version: (before?.version ?? 0) + 1, execution: outcome.execution, fencing, weight };
    result.committed.push({ snapshot, outcome });
  }
  for (const row of rows) {
    if (!row.claimed) result.unclaimed += 1;
    else {
      result.begun.push({
        executionId: row.execution_id,
        stageId: row.stage_id,
        kind: row.kind === "cancel" ? "cancel" : "run",
        taskId: row.task_id,
        attempt: row.attempt,
        fencing: row.fencing,
        failures: 0,
        cancelRequested: row.cancel_requested,
      });
    }
  }
  const events = changes.flatMap(({ outcome }) =>
    outcome.events.map((event) => ({
      type: event.type,
      application: encodeText(outcome.execution.application),
      subject: outcome.execution.id,
      data: event.data,
    })));
  await options.events.append(tx, events);
}
