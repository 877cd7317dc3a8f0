import type { Database } from "../platform/database/api.ts";
import type { StartedRun } from "./batch.ts";

type ClaimRow = {
  execution_id: string;
  stage_id: string;
  kind: string;
  task_id: string | null;
  attempt: number;
  fencing: number;
  failures: number;
  cancel_requested: boolean;
};

export type Claim = StartedRun;

function toClaim(row: ClaimRow): Claim {
  return {
    executionId: row.execution_id,
    stageId: row.stage_id,
    kind: row.kind === "cancel" ? "cancel" : "run",
    taskId: row.task_id,
    attempt: row.attempt,
    fencing: row.fencing,
    failures: row.failures,
    cancelRequested: row.cancel_requested,
  };
}

const columns = "r.execution_id, r.stage_id, r.kind, r.task_id, r.attempt, r.fencing, r.failures, r.cancel_requested";

/**
 * Claims due side effects; those that another replica is just claiming are passed over. Rows are addressed by place, not by key, so
 * that the plan stays a handful of page reads however many side effects wait; one that moves in that very moment is found next time.
 */
export async function claimDue(
  database: Database,
  owner: string,
  leaseSeconds: number,
  limit: number,
  stageTypes: readonly string[],
): Promise<Claim[]> {
  const rows = await database.query<ClaimRow>(
    `update engine_task_run r set owner = $1, lease_until = now() + make_interval(secs => $2), looked_at = clock_timestamp(), again = false
     where r.ctid = any(array(
       select ctid from engine_task_run
       where owner is null and not parked and due <= now() and (requires is null or requires = any($4))
       order by due limit $3 for update skip locked
     ))
     returning ${columns}`,
    [owner, leaseSeconds, limit, stageTypes],
  );
  return rows.map(toClaim);
}

/** Milliseconds until the next side effect is due, null when none is. */
export async function nextDue(database: Database, stageTypes: readonly string[]): Promise<number | null> {
  const rows = await database.query<{ ms: number | null }>(
    `select (extract(epoch from due - clock_timestamp()) * 1000)::float8 as ms from engine_task_run
     where owner is null and not parked and due < 'infinity' and (requires is null or requires = any($1)) order by due limit 1`,
    [stageTypes],
  );
  return rows[0]?.ms ?? null;
}

export type Wait = { due: number; topics: readonly string[] };

/**
 * Ends a claim without a change of the execution: the task looks again at `due` (epoch milliseconds), or at once when it was woken
 * meanwhile. `now` is what this replica's clock shows: the wait counts by the database's, so that clocks that differ do not matter. Gives the milliseconds until then, null when the claim was already lost.
 */
export async function putBack(
  database: Database,
  owner: string,
  claim: Claim,
  wait: Wait,
  now: number,
): Promise<number | null> {
  const rows = await database.query<{ ms: number }>(
    `update engine_task_run set owner = null, lease_until = null, failures = 0, topics = $6::text[],
       due = case when again or cancel_requested or exists (
         select 1 from engine_wake w where w.topic = any($6) and w.woken_at >= looked_at) then now()
         else $5::timestamptz + (clock_timestamp() - $7::timestamptz) end, again = false
     where execution_id = $1 and stage_id = $2 and owner = $3 and fencing = $4
     returning (extract(epoch from due - clock_timestamp()) * 1000)::float8 as ms`,
    [
      claim.executionId,
      claim.stageId,
      owner,
      claim.fencing,
      Number.isFinite(wait.due) ? new Date(wait.due) : "infinity",
      wait.topics.length === 0 ? null : wait.topics,
      new Date(now),
    ],
  );
  return rows[0]?.ms ?? null;
}

/** Lets go of a claim so that anybody may take it at once; the topics it waits for stay. */
export async function letGo(
  database: Database,
  owner: string,
  claim: Pick<Claim, "executionId" | "stageId" | "fencing">,
): Promise<void> {
  await database.query(
    `update engine_task_run set owner = null, lease_until = null, due = now(), again = false
     where execution_id = $1 and stage_id = $2 and owner = $3 and fencing = $4`,
    [claim.executionId, claim.stageId, owner, claim.fencing],
  );
}

/** Leaves a side effect to the replicas that have the stage type `requires` (its registry key). */
export async function leaveTo(database: Database, owner: string, claim: Claim, requires: string): Promise<void> {
  await database.query(
    `update engine_task_run set owner = null, lease_until = null, due = now(), again = false, requires = $5
     where execution_id = $1 and stage_id = $2 and owner = $3 and fencing = $4`,
    [claim.executionId, claim.stageId, owner, claim.fencing, requires],
  );
}

/** Gives what was left to replicas that have been gone for ten minutes back to all: it then ends with a reason instead of never. */
export async function reclaimLeft(database: Database): Promise<void> {
  for (const table of ["engine_task_run", "engine_message"]) {
    await database.query(
      `update ${table} t set requires = null where requires is not null and not exists (
         select 1 from engine_replica r where t.requires = any(r.stage_types) and r.seen_at > now() - interval '10 minutes')`,
    );
  }
}

/** Removes a side effect that its execution no longer knows. */
export async function discard(database: Database, owner: string, claim: Claim): Promise<void> {
  await database.query(
    "delete from engine_task_run where execution_id = $1 and stage_id = $2 and owner = $3 and fencing = $4",
    [claim.executionId, claim.stageId, owner, claim.fencing],
  );
}

export type Owned = { execution_id: string; stage_id: string; fencing: number; cancel_requested: boolean };

/** Renews this replica's leases and gives all that it holds. Rows that a transition has locked are renewed next time. */
export async function renew(database: Database, owner: string, leaseSeconds: number): Promise<Owned[]> {
  await database.query(
    `update engine_task_run r set lease_until = now() + make_interval(secs => $2)
     from (select execution_id, stage_id from engine_task_run where owner = $1 for update skip locked) mine
     where r.execution_id = mine.execution_id and r.stage_id = mine.stage_id`,
    [owner, leaseSeconds],
  );
  return database.query<Owned>(
    "select execution_id, stage_id, fencing, cancel_requested from engine_task_run where owner = $1",
    [owner],
  );
}

/** Side effects of this replica that have been asked to end. */
export async function cancelRequests(database: Database, owner: string): Promise<Owned[]> {
  return database.query<Owned>(
    "select execution_id, stage_id, fencing, cancel_requested from engine_task_run where owner = $1 and cancel_requested",
    [owner],
  );
}

/**
 * Takes claims away: those of `owners` (known to be dead), or all whose lease has run out. The fencing number changes, so a late result
 * is refused, and so does the execution's version, so that no cached copy still holds the old number.
 */
export async function release(
  database: Database,
  which: { owners: readonly string[] } | { expiredOfOthersThan: string },
): Promise<number> {
  const expired = "expiredOfOthersThan" in which;
  const condition = expired ? "lease_until < now() and owner <> all($1::text[])" : "owner = any($1::text[])";
  const rows = await database.query(
    `with lost as (
       select distinct execution_id from engine_task_run where owner is not null and ${condition}
     ), locked as (
       select id from engine_execution where id in (select execution_id from lost) order by id for update skip locked
     ), bumped as (
       update engine_execution e set version = e.version + 1 from locked where e.id = locked.id
     )
     update engine_task_run r set owner = null, lease_until = null, fencing = nextval('engine_fencing'), due = now(), again = false
     from locked where r.execution_id = locked.id and r.owner is not null and ${condition.replaceAll("owner", "r.owner").replaceAll("lease_until", "r.lease_until")}
     returning r.stage_id`,
    [expired ? [which.expiredOfOthersThan] : which.owners],
  );
  return rows.length;
}
