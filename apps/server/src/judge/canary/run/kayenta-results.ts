import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Database } from "../../../platform/database/api.ts";
import type { CanaryResults, StoredJudgement } from "../api.ts";
import type { RunFacts } from "./run-store.ts";

type Row = {
  id: string;
  execution_id: string;
  stage_id: string;
  application: string;
  window_start: Date;
  window_end: Date;
  judged_at: Date;
  facts: string;
  config: string;
  judge_result: string;
};

const columns =
  "id, execution_id, stage_id, application, window_start, window_end, judged_at, facts, config, judge_result";

/** Stored judgements with their parts in Kayenta's own JSON. */
export function createCanaryResults(database: Pick<Database, "query">): CanaryResults {
  return {
    async get(id) {
      const rows = await database.query<Row>(
        `select ${columns} from judge_canary_run where id = $1 or execution_id = $1 order by run_index desc limit 1`,
        [id],
      );
      return rows[0] ? fromRow(rows[0]) : null;
    },
    async list(application, limit, offset) {
      const rows = await database.query<Row>(
        `select ${columns} from judge_canary_run where application = $1 order by judged_at desc, id limit $2 offset $3`,
        [application.toLowerCase(), limit, offset],
      );
      return rows.map(fromRow);
    },
    async pairs(id) {
      const rows = await database.query<{ pairs: string }>("select pairs from judge_canary_run where id = $1", [id]);
      return rows[0] ? (JSON.parse(rows[0].pairs) as JsonObject[]) : null;
    },
  };
}

function fromRow(row: Row): StoredJudgement {
  const { configId, thresholds } = JSON.parse(row.facts) as RunFacts;
  return {
    id: row.id,
    executionId: row.execution_id,
    stageId: row.stage_id,
    application: row.application,
    configId,
    thresholds: { pass: thresholds.pass, marginal: thresholds.marginal },
    start: row.window_start,
    end: row.window_end,
    judgedAt: row.judged_at,
    config: JSON.parse(row.config) as JsonObject,
    judgeResult: JSON.parse(row.judge_result) as JsonObject,
  };
}
