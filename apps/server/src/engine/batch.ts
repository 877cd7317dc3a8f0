import { GennakerError } from "@gennaker/contract/errors.ts";
import { advance, messageTypes, type Outcome } from "@gennaker/engine-core/advance.ts";
import type { Execution, Message, Planner } from "@gennaker/engine-core/model.ts";
import type { AuditInput, AuditLog } from "../platform/audit/api.ts";
import type { Tx } from "../platform/database/api.ts";
import type { EventLog } from "../platform/events/api.ts";
import { encodeText } from "../platform/values/document.ts";
import { admit } from "./admit.ts";
import type { Controls, ControlState } from "./controls.ts";
import { decode, loadSnapshots, type Snapshot, type SnapshotCache } from "./snapshot.ts";
import { weightAfter, weightOf } from "./weight.ts";
import { writeChanges, type Change } from "./write.ts";

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

/** Work with its submitter, who waits. */
export type Pending = Work & { resolve(done: boolean): void; reject(error: unknown): void; tries: number };

/** The work of one transaction, by execution. */
export type Batch = Map<string, Pending[]>;

export type BatchOptions = {
  events: EventLog;
  audit: AuditLog;
  planner: Planner;
  /** Registry keys of the stage types that this replica has. */
  stageTypes: readonly string[];
  controls: Controls;
  cache: SnapshotCache;
  replicaId: string;
  leaseSeconds: number;
  now(): number;
  newId(): string;
  /** How many new side effects this replica can begin now. */
  capacity(): number;
};

/** What a batch gave. `settled` is to be called once it is committed; `locked` is what another replica holds. */
export type BatchResult = {
  committed: Committed[];
  begun: StartedRun[];
  unclaimed: number;
  settled: (() => void)[];
  locked: Batch;
};

/** One transaction: lock, transitions, one write, events and audit. One work that is refused does not touch the others. */
export async function runBatch(tx: Tx, batch: Batch, options: BatchOptions): Promise<BatchResult> {
  const result: BatchResult = { committed: [], begun: [], unclaimed: 0, settled: [], locked: new Map() };
  const existing = [...batch].filter(([, works]) => !works.some((work) => work.create !== undefined)).map(([id]) => id);
  const { snapshots, control } = await lock(tx, existing, options);
  const missing = existing.filter((id) => !snapshots.has(id));
  const present = missing.length === 0 ? new Set<string>() : await stillThere(tx, missing);
  const inbox = await takeInbox(tx, batch, snapshots, options.stageTypes);
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
      for (const work of works)
        result.settled.push(() => (work.claim === undefined ? work.reject(gone) : work.resolve(false)));
      continue;
    }
    const messages: Message[] = [...(inbox.get(id) ?? [])];
    for (const work of works) collect(work, execution, before, messages, audits, result.settled);
    const at = options.now();
    const admitted = await admit(tx, execution, messages, control, at);
    const outcome = advance(execution, admitted, {
      now: at,
      newId: options.newId,
      planner: options.planner,
    });
    if (before === null) changes.push({ before, outcome, at, created: execution });
    else if (isChange(outcome)) changes.push({ before, outcome, at });
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
const settings =
  "set_config('idle_in_transaction_session_timeout', '10000', true), set_config('enable_seqscan', 'off', true)";

type Locked = { snapshots: Map<string, Snapshot>; control: ControlState };

/**
 * Locks what no other replica holds and gives it as it now is: from the cache when the version is the same, else read anew. Pauses and
 * freezes are read along, so that no transition that begins after one of them was committed goes on without it.
 */
async function lock(tx: Tx, ids: readonly string[], options: BatchOptions): Promise<Locked> {
  const rows = await tx.query<{ id: string | null; version: number; control: number }>(
    `select e.id, e.version, c.version as control, ${settings}
     from engine_control c
     left join (select id, version from engine_execution where id = any($1) order by id for update skip locked) e on true`,
    [ids],
  );
  const control = await options.controls.at(tx, rows[0]?.control ?? 0);
  const snapshots = new Map<string, Snapshot>();
  const stale: string[] = [];
  for (const row of rows) {
    if (row.id === null) continue;
    const cached = options.cache.get(row.id, row.version);
    if (cached === undefined) stale.push(row.id);
    else snapshots.set(row.id, cached);
  }
  for (const [id, snapshot] of await loadSnapshots(tx, stale)) snapshots.set(id, snapshot);
  return { snapshots, control };
}

async function stillThere(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>("select id from engine_execution where id = any($1)", [ids]);
  return new Set(rows.map((row) => row.id));
}

/** What waits for these runs in the database. Messages that only a newer replica understands stay there. */
async function takeInbox(
  tx: Tx,
  batch: Batch,
  snapshots: ReadonlyMap<string, Snapshot>,
  stageTypes: readonly string[],
): Promise<Map<string, Message[]>> {
  const ids = [...batch]
    .filter(([id, works]) => snapshots.has(id) && works.some((work) => work.inbox === true))
    .map(([id]) => id);
  if (ids.length === 0) return new Map();
  const rows = await tx.query<{ seq: number; execution_id: string; payload: string }>(
    `delete from engine_message where execution_id = any($1) and due <= now()
       and (type is null or type = any($2)) and (requires is null or requires = any($3)) returning seq, execution_id, payload`,
    [ids, messageTypes, stageTypes],
  );
  rows.sort((left, right) => left.seq - right.seq);
  const byExecution = Map.groupBy(rows, (row) => row.execution_id);
  return new Map([...byExecution].map(([id, list]) => [id, list.map((row) => decode<Message>(row.payload))]));
}

function isChange(outcome: Outcome): boolean {
  const { headerChanged, changed, removed, runs, deferred, outgoing, wakes } = outcome;
  return (
    headerChanged || changed.length + removed.length + runs.size + deferred.length + outgoing.length + wakes.length > 0
  );
}

async function commitChanges(
  tx: Tx,
  changes: readonly Change[],
  options: BatchOptions,
  result: BatchResult,
): Promise<void> {
  const { replicaId: owner, leaseSeconds } = options;
  const rows = await writeChanges(tx, changes, { owner, leaseSeconds, capacity: options.capacity() });
  const rowsOf = Map.groupBy(rows, (row) => row.execution_id);
  for (const change of changes) {
    const { outcome, before } = change;
    const { id } = outcome.execution;
    const fencing = new Map(before?.fencing ?? []);
    for (const [stageId, operations] of outcome.runs) if (operations.at(-1)?.op === "delete") fencing.delete(stageId);
    for (const row of rowsOf.get(id) ?? []) fencing.set(row.stage_id, row.fencing);
    const weight = before === null ? weightOf(outcome.execution) : weightAfter(before, outcome);
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
    })),
  );
  await options.events.append(tx, events);
}
