import type { Database } from "../platform/database/api.ts";
import type { Status } from "./api.ts";

type ExecutionSummary = { id: string; name: string; status: Status; buildTime: string };

/** What lists show of runs, for many applications or pipelines in one statement each. */
export type ExecutionSummaries = {
  /** By application: how many of its runs have not ended, and the newest one. An application without runs is absent. */
  ofApplications(
    names: readonly string[],
  ): Promise<ReadonlyMap<string, { open: number; last: ExecutionSummary | null }>>;
  /** The newest run by pipeline id; a pipeline that never ran is absent. */
  ofPipelines(ids: readonly string[]): Promise<ReadonlyMap<string, ExecutionSummary>>;
  /** Ids of an application's newest operations (runs without a pipeline), newest first. */
  operationIds(application: string, limit: number): Promise<string[]>;
};

type Row = { of: string; id: string; name: string; status: Status; build_time: Date };

export function createExecutionSummaries(database: Pick<Database, "query">): ExecutionSummaries {
  return {
    async ofApplications(names) {
      const [last, open] = await Promise.all([
        database.query<Row>(newest("application"), [names]),
        database.query<{ application: string; open: number }>(
          "select application, count(*) as open from engine_execution where end_time is null and application = any($1) group by application",
          [names],
        ),
      ]);
      const counts = new Map(open.map((row) => [row.application, row.open]));
      return new Map(last.map((row) => [row.of, { open: counts.get(row.of) ?? 0, last: toSummary(row) }]));
    },
    async operationIds(application, limit) {
      const rows = await database.query<{ id: string }>(
        "select id from engine_execution where application = $1 and type = 'ORCHESTRATION' order by id desc limit $2",
        [application, limit],
      );
      return rows.map((row) => row.id);
    },
    async ofPipelines(ids) {
      return new Map(
        (await database.query<Row>(newest("pipeline_config_id"), [ids])).map((row) => [row.of, toSummary(row)]),
      );
    },
  };
}

/** The newest run of each value: one step down an index each, however many runs there are. */
function newest(column: "application" | "pipeline_config_id"): string {
  return `select wanted.value as of, run.id, run.name, run.status, run.build_time
    from unnest($1::text[]) as wanted (value)
    cross join lateral (
      select id, name, status, build_time from engine_execution where ${column} = wanted.value order by id desc limit 1
    ) run`;
}

function toSummary(row: Row): ExecutionSummary {
  return { id: row.id, name: row.name, status: row.status, buildTime: row.build_time.toISOString() };
}
