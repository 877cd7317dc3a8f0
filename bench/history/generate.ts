import { termsOf, type Searchable } from "../../apps/server/src/engine/search-terms.ts";
import type { Database } from "../../apps/server/src/platform/database/api.ts";
import { createDatabase } from "../../apps/server/src/platform/database/create-database.ts";

/** What differs from run to run stands in the model run as one of these words. */
export const varying = {
  application: "appzz",
  pipeline: "pipezz",
  user: "userzz",
  branch: "branchzz",
  build: "buildzz",
};

export const applications = 60;
const pipelinesEach = 8;

/** Over how many applications (`app0` …) and pipelines of each (`pipe0x0` …) runs are spread. */
export type Spread = { applications: number; pipelinesEach: number };
const weeks = 150;
const perStatement = 20_000;
const tables = ["engine_execution", "engine_stage", "engine_search", "engine_history"] as const;

/** The texts of the model's columns, one after another, so that only words that stand in them are replaced. */
type Model = {
  id: string;
  terms: string[];
  columns: Record<"name" | "header" | "documents" | "source" | "context" | "outputs", string>;
};

/**
 * Stores `count` copies of a run that really ran: its row, stages, history and search terms, spread over three years, sixty applications and
 * 480 pipelines unless told otherwise. 94 % SUCCEEDED, 5 % TERMINAL, 1 % CANCELED. The index of search terms and the others are made afterwards.
 */
export async function generateRuns(
  databaseUrl: string,
  modelId: string,
  count: number,
  progress: (stored: number) => void,
  spread: Spread = { applications, pipelinesEach },
): Promise<void> {
  // One connection, so that what is set for it holds for every statement.
  const client = createDatabase({ url: databaseUrl, connections: 1 });
  try {
    await client.query("set synchronous_commit = off");
    await client.query("set maintenance_work_mem = '512MB'");
    await client.query(ulidFunction);
    const model = await modelOf(client, modelId);
    // Nothing is to survive this benchmark, so its rows need no log; reading them is the same.
    for (const table of tables) await client.query(`alter table ${table} set unlogged`);
    const indexes = await dropIndexes(client);
    const newest = Date.now() - 86_400_000;
    const step = Math.floor((weeks * 7 * 86_400_000) / count);
    for (let from = 0; from < count; from += perStatement) {
      const until = Math.min(count, from + perStatement) - 1;
      await client.query(statement(model, spread), [from, until, newest, step, modelId]);
      progress(until + 1);
    }
    for (const index of indexes) await client.query(index);
    await client.query(`vacuum analyze ${tables.join(", ")}`);
  } finally {
    await client.close();
  }
}

async function modelOf(client: Database, id: string): Promise<Model> {
  const [columns] = await client.query<Model["columns"]>(
    `select name, header, documents, string_agg(source, ' ') as source, string_agg(context, ' ') as context, string_agg(outputs, ' ') as outputs
     from engine_execution e join engine_stage s on s.execution_id = e.id where e.id = $1 group by e.id`,
    [id],
  );
  if (columns === undefined) throw new Error("the model run is gone");
  const header = JSON.parse(columns.header) as Pick<
    Searchable,
    "application" | "name" | "pipelineConfigId" | "user" | "status"
  >;
  const { trigger } = JSON.parse(columns.documents) as Pick<Searchable, "trigger">;
  return { id, columns, terms: termsOf({ id, ...header, trigger }) };
}

/** Crockford's base 32: ten digits of time, sixteen that tell runs apart. */
const ulidFunction = `
  create or replace function pg_temp.ulid(ms bigint, n bigint) returns text language sql immutable as $$
    select string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', ((ms >> (45 - 5 * i)) & 31)::int + 1, 1), '' order by i)
      || lpad(n::text, 16, '0') from generate_series(0, 9) i
  $$`;

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** An SQL expression for a text in which the words that vary are replaced by the run's own. */
function varied(expression: string, text: string, words: Readonly<Record<string, string>>): string {
  return Object.entries(words).reduce(
    (inner, [word, column]) => (text.includes(word) ? `replace(${inner}, ${quoted(word)}, run.${column})` : inner),
    expression,
  );
}

function statement(model: Model, { applications: among, pipelinesEach: each }: Spread): string {
  const words = {
    [varying.application]: "application",
    [varying.pipeline]: "pipeline",
    [varying.user]: "who",
    [varying.branch]: "branch",
    [varying.build]: "build",
    [model.id]: "id",
  };
  const of = (column: keyof Model["columns"]) => varied(`model.${column}`, model.columns[column], words);
  const terms = model.terms.join("\u0001");
  return `
    with run as materialized (
      select pg_temp.ulid($3::bigint - n * $4::bigint, n) as id, $3::bigint - n * $4::bigint as ms,
        'app' || (n % ${among}) as application,
        'pipe' || (n % ${among}) || 'x' || ((n / ${among}) % ${each}) as pipeline,
        'user' || (n % 97) as who, 'branch' || (n % 1009) as branch, 'build' || n as build,
        case when n % 100 < 94 then 'SUCCEEDED' when n % 100 < 99 then 'TERMINAL' else 'CANCELED' end as status
      from generate_series($1::bigint, $2::bigint) n
    ), executions as (
      insert into engine_execution (id, version, type, application, name, pipeline_config_id, status, build_time, start_time, end_time, header, documents)
      select run.id, model.version, model.type, run.application, ${of("name")}, run.pipeline, run.status,
        to_timestamp(run.ms / 1000.0), to_timestamp(run.ms / 1000.0), to_timestamp(run.ms / 1000.0 + 60),
        replace(${of("header")}, '"status":"SUCCEEDED"', '"status":"' || run.status || '"'), ${of("documents")}
      from run, engine_execution model where model.id = $5
    ), stages as (
      insert into engine_stage (execution_id, id, position, body, source, context, outputs)
      select run.id, model.id, model.position, model.body, ${of("source")}, ${of("context")}, ${of("outputs")}
      from run, engine_stage model where model.execution_id = $5
    ), history as (
      insert into engine_history (execution_id, version, time, steps)
      select run.id, model.version, to_timestamp(run.ms / 1000.0), model.steps from run, engine_history model where model.execution_id = $5
    )
    insert into engine_search (execution_id, terms)
    select run.id, array_to_tsvector(case when run.status = 'SUCCEEDED' then '{}'
      else array[(run.ms / 604800000) || '|s:' || lower(run.status)] end || string_to_array((run.ms / 604800000) || '|' ||
      replace(${varied(quoted(terms), terms, words)}, E'\\x01', E'\\x01' || (run.ms / 604800000) || '|'), E'\\x01'))
    from run`;
}

/** Drops all but the primary keys, and gives the statements that make them again. */
async function dropIndexes(client: Database): Promise<string[]> {
  const rows = await client.query<{ indexname: string; indexdef: string }>(
    `select indexname, indexdef from pg_indexes where tablename in ('engine_execution', 'engine_search') and indexdef not like '%UNIQUE%'`,
  );
  for (const row of rows) await client.query(`drop index ${row.indexname}`);
  return rows.map((row) => row.indexdef);
}
