import { createHash } from "node:crypto";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Verdict } from "@gennaker/contract/resources/canary.ts";
import type { Database } from "../../../platform/database/api.ts";
import type { EventLog } from "../../../platform/events/api.ts";
import { encodeDocument, encodeText } from "../../../platform/values/document.ts";
import type { Thresholds } from "@gennaker/pipeline-model/canary/settings.ts";
import type { Window } from "@gennaker/pipeline-model/canary/windows.ts";
import type { CanaryPair } from "./pair.ts";

export type RunFacts = {
  configId: string | null;
  thresholds: Thresholds;
  scopes: { baseline: string; canary: string };
  warnings: string[];
};

export type NewRun = {
  executionId: string;
  stageId: string;
  analysisId: string;
  index: number;
  planned: number;
  application: string;
  window: Window;
  judgedAt: Date;
  score: number;
  classification: string;
  verdict: Verdict;
  reason: string;
  facts: RunFacts;
  config: JsonObject;
  pairs: readonly CanaryPair[];
  resultText: string;
};

/** A stored run without its data. */
export type RunSummary = {
  index: number;
  planned: number;
  start: string;
  end: string;
  judgedAt: string;
  score: number;
  verdict: Verdict;
  reason: string;
  warnings: string[];
};

export type CanaryRunStore = {
  /** Stores a run and its event once: the second time, the first one is kept. */
  add(run: NewRun): Promise<void>;
  summaries(executionId: string, stageId: string, analysisId: string): Promise<RunSummary[]>;
};

export type SummaryRow = {
  run_index: number;
  planned: number;
  window_start: Date;
  window_end: Date;
  judged_at: Date;
  score: number;
  verdict: Verdict;
  reason: string;
  facts: string;
};

export function createCanaryRunStore({ database, events }: { database: Database; events: EventLog }): CanaryRunStore {
  return {
    async add(run) {
      await database.transaction(async (tx) => {
        const stored = await tx.query(
          `insert into judge_canary_run (id, execution_id, stage_id, analysis_id, run_index, planned, application, window_start, window_end,
             judged_at, score, verdict, reason, facts, config, pairs, judge_result)
           values ($1, $2, $3, $4, $5, $6, $7, to_timestamp($8 / 1000.0), to_timestamp($9 / 1000.0), $10, $11, $12, $13, $14, $15, $16, $17)
           on conflict do nothing returning id`,
          [
            idOf(run),
            run.executionId,
            run.stageId,
            run.analysisId,
            run.index,
            run.planned,
            run.application,
            run.window.start,
            run.window.end,
            run.judgedAt,
            run.score,
            run.verdict,
            encodeText(run.reason),
            encodeDocument(run.facts as unknown as JsonObject),
            encodeDocument(run.config),
            pairsText(run.pairs),
            encodeText(run.resultText),
          ],
        );
        if (stored.length === 0) return;
        await events.append(tx, [
          {
            type: "canary.run",
            application: run.application,
            subject: run.executionId,
            data: {
              executionId: run.executionId,
              stageId: run.stageId,
              index: run.index,
              planned: run.planned,
              score: run.score,
              classification: run.classification,
              verdict: run.verdict,
              reason: run.reason,
            },
          },
        ]);
      });
    },
    async summaries(executionId, stageId, analysisId) {
      const rows = await database.query<SummaryRow>(
        `select run_index, planned, window_start, window_end, judged_at, score, verdict, reason, facts
         from judge_canary_run where execution_id = $1 and stage_id = $2 and analysis_id = $3 order by run_index`,
        [executionId, stageId, analysisId],
      );
      return rows.map((row) => ({
        index: row.run_index,
        planned: row.planned,
        start: row.window_start.toISOString(),
        end: row.window_end.toISOString(),
        judgedAt: row.judged_at.toISOString(),
        score: row.score,
        verdict: row.verdict,
        reason: row.reason,
        warnings: (JSON.parse(row.facts) as RunFacts).warnings,
      }));
    },
  };
}

/** The same run has the same id however often it is judged. */
function idOf(run: NewRun): string {
  return createHash("sha256")
    .update(`${run.executionId}/${run.stageId}/${run.analysisId}/${run.index}`)
    .digest("hex")
    .slice(0, 32);
}

/** JSON has no NaN: holes and infinities are texts, as in Kayenta. */
function pairsText(pairs: readonly CanaryPair[]): string {
  return JSON.stringify(pairs, (_, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? String(value) : value,
  );
}
