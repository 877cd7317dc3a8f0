import type { CanaryAnalysisResult, CanaryJudgeGroupScore, JudgeResult } from "@gennaker/canary-judge/types.ts";
import type { CanaryMetric, CanaryRun } from "@gennaker/contract/resources/canary.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Database } from "../../../platform/database/api.ts";
import type { CanaryRuns } from "../api.ts";
import type { Thresholds } from "@gennaker/pipeline-model/canary/settings.ts";
import type { CanaryPair, PairScope } from "./pair.ts";
import { metricOf, metricReason } from "./reasons.ts";
import type { RunFacts, SummaryRow } from "./run-store.ts";

type FullRow = SummaryRow & {
  id: string;
  execution_id: string;
  stage_id: string;
  config: string;
  pairs: string;
  judge_result: string;
};

/** Series are read for this many of the latest runs: growing windows repeat what earlier runs had. */
const plottedRuns = 50;

/** Reads stored runs as people see them: each metric with its reason in words and both series. */
export function createCanaryRuns(database: Database): CanaryRuns {
  return {
    async canaryRunsOf(executionId, stageId) {
      const rows = await database.query<FullRow>(
        `select id, execution_id, stage_id, run_index, planned, window_start, window_end, judged_at, score, verdict, reason, facts, config, judge_result,
           case when run_index > max(run_index) over () - $3 then pairs else '[]' end as pairs
         from judge_canary_run where execution_id = $1 and stage_id = $2 and analysis_id = (
           select analysis_id from judge_canary_run where execution_id = $1 and stage_id = $2 order by judged_at desc, run_index desc limit 1)
         order by run_index`,
        [executionId, stageId, plottedRuns],
      );
      return rows.map(reportOf);
    },
  };
}

function reportOf(row: FullRow): CanaryRun {
  const facts = JSON.parse(row.facts) as RunFacts;
  const result = withNumbers(JSON.parse(row.judge_result) as JudgeResult);
  const pairs = JSON.parse(row.pairs) as CanaryPair[];
  const config = JSON.parse(row.config) as JsonObject;
  return {
    id: row.id,
    executionId: row.execution_id,
    stageId: row.stage_id,
    index: row.run_index,
    planned: row.planned,
    start: row.window_start.toISOString(),
    end: row.window_end.toISOString(),
    judgedAt: row.judged_at.toISOString(),
    score: row.score,
    scoreReason: result.score.classificationReason,
    classification: result.score.classification,
    verdict: row.verdict,
    reason: row.reason,
    thresholds: { pass: facts.thresholds.pass ?? 0, marginal: facts.thresholds.marginal ?? 0 },
    groups: result.groupScores.map((group) => groupReport(group, result, facts.thresholds)),
    // Results stand in the order of the pairs they were made of.
    metrics: result.results.map((metric, at) => metricReport(metric, pairs[at], metricOf(config, metric.name))),
    scopes: facts.scopes,
  };
}

/** Kayenta leaves a group's classification empty; people see the one its score would have, or that it has no data. */
function groupReport(
  group: CanaryJudgeGroupScore,
  result: JudgeResult,
  thresholds: Thresholds,
): CanaryRun["groups"][number] {
  const metrics = result.results.filter(
    (metric) => !metric.muted && (metric.groups ?? []).includes(group.name ?? null),
  );
  const empty = metrics.every((metric) => metric.classification === "Nodata");
  const score = Number(group.score);
  const byScore = score >= (thresholds.pass ?? 0) ? "Pass" : score >= (thresholds.marginal ?? 0) ? "Marginal" : "Fail";
  return {
    name: group.name ?? "",
    score: empty ? null : finite(score),
    classification: group.classification || (empty ? "Nodata" : byScore),
    reason: group.classificationReason,
  };
}

function metricReport(result: CanaryAnalysisResult, pair: CanaryPair | undefined, metric: JsonObject): CanaryMetric {
  const side = (metadata: CanaryAnalysisResult["controlMetadata"]) => {
    const { min, max, mean, std, count } = metadata.stats;
    return { min: finite(min), max: finite(max), mean: finite(mean), std: finite(std), count };
  };
  const series = (values: readonly unknown[] = [], scope?: PairScope) => ({
    start: scope?.startTimeIso ?? "",
    stepMs: scope?.stepMillis ?? 0,
    values: values.map((value) => (typeof value === "number" ? value : null)),
  });
  return {
    name: result.name ?? "",
    groups: (result.groups ?? []).map(String),
    tags: { ...result.tags },
    classification: result.classification,
    reason: metricReason(result, metric),
    critical: result.critical,
    ratio: finite(result.resultMetadata?.ratio ?? NaN),
    baseline: side(result.controlMetadata),
    canary: side(result.experimentMetadata),
    series: {
      baseline: series(pair?.values.control, pair?.scopes.control),
      canary: series(pair?.values.experiment, pair?.scopes.experiment),
    },
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Kayenta writes what JSON cannot as text: "NaN", "Infinity". */
function withNumbers(result: JudgeResult): JudgeResult {
  const side = ({ stats }: CanaryAnalysisResult["controlMetadata"]) => ({
    stats: {
      min: Number(stats.min),
      max: Number(stats.max),
      mean: Number(stats.mean),
      std: Number(stats.std),
      count: stats.count,
    },
  });
  return {
    ...result,
    results: result.results.map((metric) => ({
      ...metric,
      controlMetadata: side(metric.controlMetadata),
      experimentMetadata: side(metric.experimentMetadata),
      ...(metric.resultMetadata === undefined
        ? {}
        : { resultMetadata: { ratio: Number(metric.resultMetadata.ratio) } }),
    })),
  };
}
