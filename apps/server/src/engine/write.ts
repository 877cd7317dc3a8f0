import type { Outcome } from "@gennaker/engine-core/advance.ts";
import type { Execution, Outgoing, RunOperation, Stage } from "@gennaker/engine-core/model.ts";
import type { Tx } from "../platform/database/api.ts";
import { encodeDocument, encodeText } from "../platform/values/document.ts";
import { endRows, historyRows, searchRows, type Told } from "./write-history.ts";
import { encodeBody, encodeDocuments, encodeHeader, type RunRow, type Snapshot } from "./snapshot.ts";

/** One execution's part of a batch: what it was, null for a new one, and what it becomes. */
export type Change = Told & { before: Snapshot | null; outcome: Outcome };

type StartRow = {
  execution_id: string;
  stage_id: string;
  kind: string;
  task_id: string | null;
  attempt: number;
  claimed: boolean;
  cancel_requested: boolean;
  parked: boolean;
};

type UpdateRow = {
  execution_id: string;
  stage_id: string;
  wait: boolean;
  due: string | null;
  topics: readonly string[] | null;
  failures: number | null;
  abort: boolean;
  again: boolean;
  parked: boolean | null;
};

/** What a run's row is after all operations of a transition on it: at most one row operation each is sent. */
export type RunWrite =
  | { what: "start"; row: StartRow }
  | { what: "update"; row: UpdateRow }
  | { what: "delete"; execution_id: string; stage_id: string };

export function runWrite(executionId: string, stageId: string, operations: readonly RunOperation[]): RunWrite | null {
  const ids = { execution_id: executionId, stage_id: stageId };
  let write = null as RunWrite | null;
  for (const operation of operations) {
    if (operation.op === "start") {
      const { kind, taskId, attempt } = operation;
      const row = { ...ids, kind, task_id: taskId, attempt, claimed: false, cancel_requested: false, parked: false };
      write = { what: "start", row };
    } else if (operation.op === "delete") {
      write = { what: "delete", ...ids };
    } else if (write?.what === "start") {
      if (operation.op === "abort") write.row.cancel_requested = true;
      if (operation.op === "park") write.row.parked = true;
      if (operation.op === "unpark") write.row.parked = false;
    } else if (write?.what !== "delete") {
      write = { what: "update", row: updated(write === null ? unchanged(ids) : write.row, operation) };
    }
  }
  return write;
}

function unchanged(ids: { execution_id: string; stage_id: string }): UpdateRow {
  return { ...ids, wait: false, due: null, topics: null, failures: null, abort: false, again: false, parked: null };
}

function updated(row: UpdateRow, operation: RunOperation): UpdateRow {
  switch (operation.op) {
    case "wait": {
      const { topics, failures } = operation;
      const due = Number.isFinite(operation.due) ? new Date(operation.due).toISOString() : "infinity";
      return { ...row, wait: true, due, topics: topics.length === 0 ? null : topics.map(encodeText), failures };
    }
    case "abort":
      return { ...row, abort: true, parked: false };
    case "again":
      return { ...row, again: true };
    case "park":
      return { ...row, parked: true };
    case "unpark":
      return { ...row, parked: false };
    default:
      return row;
  }
}

const statement = `
with made as (
  insert into engine_execution (id, version, type, application, name, pipeline_config_id, status, build_time, start_time, end_time, header, documents, start_key, held_by)
  select id, 1, type, application, name, pipeline_config_id, status, build_time, start_time, end_time, header, documents, start_key, held_by
  from json_to_recordset($1::json) as x(id text, type text, application text, name text, pipeline_config_id text, status text,
    build_time timestamptz, start_time timestamptz, end_time timestamptz, header text, documents text, start_key text, held_by text)
), headers as (
  update engine_execution e set version = e.version + 1, header = coalesce(x.header, e.header), status = coalesce(x.status, e.status),
    start_time = case when x.header is null then e.start_time else x.start_time end,
    end_time = case when x.header is null then e.end_time else x.end_time end,
    held_by = case when x.header is null then e.held_by else x.held_by end
  from json_to_recordset($2::json) as x(id text, status text, start_time timestamptz, end_time timestamptz, header text, held_by text)
  where e.id = x.id
), born as (
  insert into engine_stage (execution_id, id, position, body, source, context, outputs)
  select execution_id, id, position, body, source, context, outputs
  from json_to_recordset($3::json) as x(execution_id text, id text, position integer, body text, source text, context text, outputs text)
), changed as (
  update engine_stage s set body = x.body, context = coalesce(x.context, s.context), outputs = coalesce(x.outputs, s.outputs)
  from json_to_recordset($4::json) as x(execution_id text, id text, body text, context text, outputs text)
  where s.execution_id = x.execution_id and s.id = x.id
), gone as (
  delete from engine_stage s using json_to_recordset($5::json) as x(execution_id text, id text)
  where s.execution_id = x.execution_id and s.id = x.id
), ended as (
  delete from engine_task_run r using json_to_recordset($6::json) as x(execution_id text, stage_id text)
  where r.execution_id = x.execution_id and r.stage_id = x.stage_id
), altered as (
  update engine_task_run r set
    owner = case when x.wait then null else r.owner end,
    lease_until = case when x.wait then null else r.lease_until end,
    due = case
      when x.abort or (x.wait and (r.again or r.cancel_requested or exists (
        select 1 from engine_wake w where w.topic in (select json_array_elements_text(x.topics)) and w.woken_at >= r.looked_at))) then now()
      when x.wait then x.due + (clock_timestamp() - $15::timestamptz)
      when x.again and r.owner is null then now()
      when x.parked = false then now()
      else r.due end,
    topics = case when x.wait then (select array_agg(t) from json_array_elements_text(x.topics) t) else r.topics end,
    failures = coalesce(x.failures, r.failures),
    cancel_requested = r.cancel_requested or x.abort,
    again = case when x.wait then false else r.again or (x.again and r.owner is not null) end,
    parked = coalesce(x.parked, r.parked)
  from (select execution_id, stage_id, wait, due, failures, abort, again, parked, case when json_typeof(topics) = 'array' then topics else '[]'::json end as topics
    from json_to_recordset($7::json) as y(execution_id text, stage_id text, wait boolean, due timestamptz, topics json, failures integer,
    abort boolean, again boolean, parked boolean)) as x
  where r.execution_id = x.execution_id and r.stage_id = x.stage_id
), sent as (
  insert into engine_message (execution_id, payload, type, requires, due)
  select execution_id, payload, type, requires, coalesce(due + (clock_timestamp() - $15::timestamptz), now())
  from json_to_recordset($8::json) as x(execution_id text, payload text, type text, requires text, due timestamptz)
), told as (
  insert into engine_history (execution_id, version, time, steps)
  select execution_id, version, time, steps from json_to_recordset($13::json) as x(execution_id text, version bigint, time timestamptz, steps text)
), sought as (
  insert into engine_search (execution_id, terms)
  select execution_id, array_to_tsvector(terms) from json_to_recordset($14::json) as x(execution_id text, terms text[])
), woken as (
  insert into engine_wake (topic) select topic from unnest($9::text[]) topic
)
insert into engine_task_run (execution_id, stage_id, kind, task_id, attempt, fencing, owner, lease_until, looked_at, due, cancel_requested, parked)
select execution_id, stage_id, kind, task_id, attempt, nextval('engine_fencing'),
  case when claimed then $10 end, case when claimed then now() + make_interval(secs => $11) end,
  case when claimed then clock_timestamp() end, now(), cancel_requested, parked
from json_to_recordset($12::json) as x(execution_id text, stage_id text, kind text, task_id text, attempt integer,
  claimed boolean, cancel_requested boolean, parked boolean)
on conflict (execution_id, stage_id) do update set kind = excluded.kind, task_id = excluded.task_id, attempt = excluded.attempt,
  fencing = excluded.fencing, owner = excluded.owner, lease_until = excluded.lease_until, looked_at = excluded.looked_at,
  due = excluded.due, cancel_requested = excluded.cancel_requested, parked = excluded.parked, topics = null, again = false, failures = 0, requires = null
returning execution_id, stage_id, fencing`;

const time = (value: number | null) => (value === null ? null : new Date(value).toISOString());

function headerRow(execution: Execution) {
  const { id, status, startTime, endTime } = execution;
  const times = { start_time: time(startTime), end_time: time(endTime) };
  return { id, status, ...times, header: encodeHeader(execution), held_by: heldBy(execution) };
}

/** Why a run is held; what lets go of it looks for this. */
function heldBy(execution: Execution): "start" | "pause" | "restart" | null {
  if (execution.status === "BUFFERED") return "start";
  if (execution.status === "PAUSED" && execution.paused?.engine === true) return "pause";
  return execution.pendingRestart === null ? null : "restart";
}

function messageRow({ executionId, message, due, requires }: Outgoing) {
  const at = due === undefined ? null : time(due);
  const needs = requires === undefined ? null : encodeText(requires);
  return { execution_id: executionId, payload: JSON.stringify(message), type: message.type, requires: needs, due: at };
}

function newRow(execution: Execution) {
  return {
    ...headerRow(execution),
    type: execution.type,
    application: encodeText(execution.application),
    name: encodeText(execution.name),
    pipeline_config_id: execution.pipelineConfigId === null ? null : encodeText(execution.pipelineConfigId),
    build_time: time(execution.buildTime),
    documents: encodeDocuments(execution),
    start_key: execution.startKey === null ? null : encodeText(execution.startKey),
  };
}

/** Behind the stages that a run begins with, however many they are. */
const afterTheFirst = 1_000_000;

function stageRows(change: Change): { born: object[]; changed: object[] } {
  const born: object[] = [];
  const changed: object[] = [];
  const { execution } = change.outcome;
  const known = change.before?.execution.stages;
  const written: Iterable<Stage> = change.before === null ? execution.stages.values() : change.outcome.changed;
  // Stages that come later follow one another by their ids; counting those there are would put them before some that went.
  let position = known === undefined ? 0 : afterTheFirst;
  for (const stage of written) {
    const before = known?.get(stage.id);
    const ids = { execution_id: execution.id, id: stage.id, body: encodeBody(stage) };
    if (before === undefined) {
      const source = encodeDocument(stage.source);
      const context = stage.context === stage.source ? source : encodeDocument(stage.context);
      born.push({ ...ids, position, source, context, outputs: encodeDocument(stage.outputs) });
      if (known === undefined) position += 1;
    } else {
      const context = before.context === stage.context ? null : encodeDocument(stage.context);
      const outputs = before.outputs === stage.outputs ? null : encodeDocument(stage.outputs);
      changed.push({ ...ids, context, outputs });
    }
  }
  return { born, changed };
}

/**
 * Writes a batch of transitions in one statement. The first `capacity` new side effects are claimed for `owner` at once.
 * Gives the fencing number of each new side effect, and which of them were claimed.
 */
export async function writeChanges(
  tx: Tx,
  changes: readonly Change[],
  claim: { owner: string; leaseSeconds: number; capacity: number },
): Promise<(RunRow & StartRow)[]> {
  const made = changes.filter((change) => change.before === null).map((change) => newRow(change.outcome.execution));
  const headers = changes
    .filter((change) => change.before !== null)
    .map(({ outcome }) => (outcome.headerChanged ? headerRow(outcome.execution) : { id: outcome.execution.id }));
  const stages = changes.map(stageRows);
  const gone = changes.flatMap((change) =>
    change.outcome.removed.map((id) => ({ execution_id: change.outcome.execution.id, id })),
  );
  const runs = changes.flatMap(({ outcome }) =>
    [...outcome.runs].flatMap(([stageId, operations]) => runWrite(outcome.execution.id, stageId, operations) ?? []),
  );
  const starts = runs.flatMap((run) => (run.what === "start" ? [run.row] : []));
  starts.forEach((row, index) => (row.claimed = index < claim.capacity && !row.parked));
  const messages = changes.flatMap(({ outcome }) => [
    ...outcome.deferred.map((message) => messageRow({ executionId: outcome.execution.id, message })),
    ...outcome.outgoing.map(messageRow),
  ]);
  const rows = await tx.query<RunRow>(statement, [
    JSON.stringify(made),
    JSON.stringify(headers),
    JSON.stringify(stages.flatMap((each) => each.born)),
    JSON.stringify(stages.flatMap((each) => each.changed)),
    JSON.stringify(gone),
    JSON.stringify(runs.filter((run) => run.what === "delete")),
    JSON.stringify(runs.flatMap((run) => (run.what === "update" ? [run.row] : []))),
    JSON.stringify(messages),
    changes.flatMap((change) => change.outcome.wakes.map(encodeText)),
    claim.owner,
    claim.leaseSeconds,
    JSON.stringify(starts),
    JSON.stringify(historyRows(changes)),
    JSON.stringify(searchRows(changes)),
    // Waits count from now by the database's clock, whatever this replica's clock shows.
    time(changes[0]?.at ?? null),
  ]);
  const ends = endRows(changes);
  if (ends.length > 0)
    await tx.query(
      `update engine_search s set terms = s.terms || array_to_tsvector(array[x.term])
       from json_to_recordset($1::json) as x(execution_id text, term text) where s.execution_id = x.execution_id`,
      [JSON.stringify(ends)],
    );
  const fencing = new Map(rows.map((row) => [`${row.execution_id}/${row.stage_id}`, row.fencing]));
  return starts.map((row) => ({ ...row, fencing: fencing.get(`${row.execution_id}/${row.stage_id}`) ?? 0 }));
}
