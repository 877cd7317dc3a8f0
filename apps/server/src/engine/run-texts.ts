import type { Documents, Header } from "@gennaker/engine-core/model.ts";
import type { Database } from "../platform/database/api.ts";
import type { RunText, RunTexts, RunVersion, StageText } from "./api.ts";
import { searchIds } from "./search.ts";

type Row = {
  run: string;
  version: number;
  /** Empty for the run itself. */
  id: string;
  position: number;
  body: string;
  context: string;
  outputs: string;
};

export function createRunTexts(database: Pick<Database, "query">): RunTexts {
  return {
    versionsOf: (ids, statuses) =>
      database.query<RunVersion>(
        `select id, version from engine_execution
         where id = any($1) and (cardinality($2::text[]) = 0 or status = any($2)) order by id desc`,
        [ids, statuses],
      ),
    newestOf: (pipelineIds, each, statuses) =>
      database.query<RunVersion>(
        `select run.id, run.version from unnest($1::text[]) as wanted (value)
         cross join lateral (
           select id, version from engine_execution
           where pipeline_config_id = wanted.value and (cardinality($3::text[]) = 0 or status = any($3))
           order by id desc limit $2
         ) run order by run.id desc`,
        [pipelineIds, each, statuses],
      ),
    async triggers(filter, holding) {
      const ids = await searchIds(database, filter);
      const rows = await database.query<{ id: string; documents: string }>(
        `select id, documents from engine_execution
         where id = any($1) and not exists (select 1 from unnest($2::text[]) held where strpos(lower(documents), held) = 0)`,
        [ids, holding.map((text) => text.toLowerCase())],
      );
      const triggers = new Map(rows.map((row) => [row.id, (JSON.parse(row.documents) as Documents).trigger]));
      return ids.map((id) => ({ id, trigger: triggers.get(id) ?? null }));
    },
    async read(ids) {
      if (ids.length === 0) return new Map();
      // One statement sees one moment.
      const rows = await database.query<Row>(
        `select id as run, version, '' as id, 0 as position, header as body, documents as context, '' as outputs
         from engine_execution where id = any($1)
         union all
         select execution_id, 0, id, position, body, context, outputs from engine_stage where execution_id = any($1)`,
        [ids],
      );
      const stages = Map.groupBy(
        rows.filter((row) => row.id !== ""),
        (row) => row.run,
      );
      const runs = rows.filter((row) => row.id === "");
      return new Map(runs.map((row) => [row.run, runOf(row, stages.get(row.run) ?? [])]));
    },
  };
}

function runOf(row: Row, stages: Row[]): RunText {
  const header = JSON.parse(row.body) as Header;
  const documents = JSON.parse(row.context) as Documents;
  stages.sort((left, right) => left.position - right.position || (left.id < right.id ? -1 : 1));
  return { ...header, ...documents, version: row.version, stages: stages.map(stageOf) };
}

function stageOf({ id, body, context, outputs }: Row): StageText {
  return { ...(JSON.parse(body) as Omit<StageText, "id" | "context" | "outputs">), id, context, outputs };
}
