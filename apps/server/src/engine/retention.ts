import type { Database } from "../platform/database/api.ts";
import type { EventLog } from "../platform/events/api.ts";
import type { ForgetRuns, RetentionPolicy, RunKeeping } from "./api.ts";
import { removeRuns, type RemovedRun } from "./removal.ts";
import { searchRow } from "./write-history.ts";
import { decode } from "./snapshot.ts";

/** A run that has just ended stays for its parent and for those who watch it, whatever the policy says. */
const restMs = 3_600_000;

export type RunKeepingDependencies = {
  database: Database;
  events: EventLog;
  forget: readonly ForgetRuns[];
  now(): Date;
};

/** What retention asks of the stored runs. */
export function createRunKeeping({ database, events, forget, now }: RunKeepingDependencies): RunKeeping {
  return {
    async applications() {
      // One step down the index for each application, however many runs there are.
      const rows = await database.query<{ application: string }>(
        `with recursive each (application) as (
           (select application from engine_execution order by application limit 1)
           union all
           select (select e.application from engine_execution e where e.application > each.application
             order by e.application limit 1) from each where each.application is not null
         ) select application from each where application is not null`,
      );
      return rows.map((row) => row.application);
    },

    removeExpired: (application, policy, limit) =>
      database.transaction(async (tx) => {
        if (policy.keepDays === null && policy.keepLast === null) return [];
        const runs = await tx.query<RemovedRun>(
          `select id, application from engine_execution run
           where application = $1 and end_time is not null and end_time < $2
             and ($3::integer is null or ${newerOnes} >= $3)
           order by end_time limit $4 for update skip locked`,
          [application, cutoff(policy, now()), policy.keepLast, limit],
        );
        await removeRuns(tx, runs, { events, forget });
        return runs.map((run) => run.id);
      }),

    indexMissing: (limit) =>
      database.transaction(async (tx) => {
        const rows = await tx.query<StoredRun>(
          `select e.id, e.type, e.application, e.name, e.pipeline_config_id, e.header, e.documents
           from engine_search_missing m join engine_execution e on e.id = m.execution_id
           limit $1 for update of m, e skip locked`,
          [limit],
        );
        if (rows.length === 0) return 0;
        await tx.query(
          `insert into engine_search (execution_id, terms)
           select execution_id, array_to_tsvector(terms) from json_to_recordset($1::json) as x(execution_id text, terms text[])
           on conflict (execution_id) do update set terms = excluded.terms`,
          [JSON.stringify(rows.map((row) => searchRow(searchable(row))))],
        );
        await tx.query("delete from engine_search_missing where execution_id = any($1)", [rows.map((row) => row.id)]);
        return rows.length;
      }),
  };
}

/** How many newer runs of the same pipeline (of the application's operations, where it has none) there are, counted no further than asked. */
const newerOnes = `(select count(*) from (
  select 1 from engine_execution newer
  where run.pipeline_config_id is not null and newer.pipeline_config_id = run.pipeline_config_id and newer.id > run.id
  union all
  select 1 from engine_execution newer
  where run.pipeline_config_id is null and newer.pipeline_config_id is null and newer.application = run.application
    and newer.type = run.type and newer.id > run.id
  limit $3) newer)`;

function cutoff(policy: RetentionPolicy, now: Date): Date {
  return new Date(now.getTime() - Math.max(restMs, (policy.keepDays ?? 0) * 86_400_000));
}

type StoredRun = {
  id: string;
  application: string;
  name: string;
  pipeline_config_id: string | null;
  header: string;
  documents: string;
};

function searchable(row: StoredRun): Parameters<typeof searchRow>[0] {
  const { id, application, name, pipeline_config_id: pipelineConfigId } = row;
  const { user, status } = decode<Pick<Parameters<typeof searchRow>[0], "user" | "status">>(row.header);
  const { trigger } = decode<{ trigger: Parameters<typeof searchRow>[0]["trigger"] }>(row.documents);
  return { id, application, name, pipelineConfigId, user, trigger, status };
}
