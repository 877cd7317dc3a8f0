import {
  TaskError,
  type PlanInput,
  type TaskContext,
  type TaskDefinition,
  type TaskResult,
} from "../../../../engine/api.ts";
import { inWords } from "@gennaker/pipeline-model/canary/duration.ts";
import { readCanaryStage } from "@gennaker/pipeline-model/canary/settings.ts";
import { planSchedule, type PlannedRun } from "@gennaker/pipeline-model/canary/windows.ts";
import { collectPairs } from "../../run/collect.ts";
import { runJudgement } from "../../run/run-judgement.ts";
import type { RunSummary } from "../../run/run-store.ts";
import { decide } from "../../run/verdict.ts";
import { analysisOf, type Analysis } from "./analysis.ts";
import { requireAccount, requireConfig } from "./lookups.ts";
import type { CanaryStageDependencies } from "./dependencies.ts";
import { progressOf } from "./progress.ts";
import { stopTraffic } from "./stop-traffic.ts";

const defaultSettleMs = 1000;
/** A metric store may be away this long before the stage gives up. */
const patienceMs = 30 * 60_000;

/**
 * Judges interval after interval. Between them the task is a row that waits; what was judged is read back from the
 * database, so that a crash at any point repeats nothing and skips nothing.
 */
export function runIntervals(deps: CanaryStageDependencies, input: PlanInput): TaskDefinition {
  return {
    name: "runCanaryIntervals",
    timeoutMs: lengthOf(input) + patienceMs,
    backoffMs: 1000,
    run: (context) => step(deps, context),
  };
}

async function step(deps: CanaryStageDependencies, context: TaskContext): Promise<TaskResult> {
  const { execution, stage } = context;
  const analysis = analysisOf(execution, stage);
  const read = () => deps.runs.summaries(execution.id, stage.id, analysis.id);
  let runs = await read();
  if (decide(runs, analysis.schedule.runs, analysis.settings.thresholds).state === "go on") {
    const run = analysis.schedule.run((runs.at(-1)?.index ?? 0) + 1);
    const left = run.due + (deps.settleMs ?? defaultSettleMs) - context.now().getTime();
    if (left > 0) return waitFor(run, left, analysis, runs);
    await judgeRun(deps, context, analysis, run);
    runs = await read();
  }
  const decision = decide(runs, analysis.schedule.runs, analysis.settings.thresholds);
  const progress = progressOf(runs, decision);
  if (decision.state === "failed") {
    const stopped = await stopTraffic(deps, context);
    const reason = runs.at(-1)?.reason ?? decision.message;
    return {
      status: "TERMINAL",
      context: progress,
      outputs: { ...progress, ...stopped, badMetricAt: runs.at(-1)?.end ?? null },
      failure: {
        code: decision.code,
        message: reason,
        details: { score: runs.at(-1)?.score ?? null, verdict: runs.at(-1)?.verdict ?? null },
      },
    };
  }
  if (decision.state === "passed") return { status: "SUCCEEDED", context: progress, outputs: progress };
  const next = analysis.schedule.run((runs.at(-1)?.index ?? 0) + 1);
  const left = next.due + (deps.settleMs ?? defaultSettleMs) - context.now().getTime();
  return { ...waitFor(next, Math.max(0, left), analysis, runs), context: progress, outputs: progress };
}

function waitFor(run: PlannedRun, left: number, analysis: Analysis, runs: readonly RunSummary[]): TaskResult {
  const latest = runs.at(-1);
  const soFar = latest === undefined ? "" : `; the last score is ${latest.score}`;
  const message = `Collects metrics for run ${run.index} of ${analysis.schedule.runs}, judged in ${inWords(Math.max(left, 1000))}${soFar}`;
  return {
    status: "RUNNING",
    retryAfterMs: left,
    waiting: {
      code: "canary.collecting",
      message,
      details: { run: run.index, runs: analysis.schedule.runs, due: new Date(run.due).toISOString() },
    },
  };
}

async function judgeRun(
  deps: CanaryStageDependencies,
  context: TaskContext,
  analysis: Analysis,
  run: PlannedRun,
): Promise<void> {
  const { execution, stage, signal } = context;
  const { settings, scopes } = analysis;
  const account = requireAccount(deps, settings.metricsAccountName);
  const { id: configId, document: config } = await requireConfig(deps, settings, execution.application);
  const pairs = await collectPairs({ config, scopes, account, run, signal });
  if (pairs.length === 0)
    throw new TaskError("canary.noMetrics", "The canary config has no metrics to judge. Add metrics to it.");
  const judgement = await runJudgement(config, pairs, settings, signal, deps.judgeElsewhere);
  const [scope] = scopes;
  await deps.runs.add({
    executionId: execution.id,
    stageId: stage.id,
    analysisId: analysis.id,
    index: run.index,
    planned: analysis.schedule.runs,
    application: execution.application,
    window: run.experiment,
    judgedAt: context.now(),
    score: judgement.result.score.score,
    classification: judgement.result.score.classification,
    verdict: judgement.verdict,
    reason: judgement.reason,
    resultText: judgement.resultText,
    config,
    pairs,
    facts: {
      configId,
      thresholds: settings.thresholds,
      warnings: judgement.warnings,
      scopes: { baseline: scope?.controlScope ?? "", canary: scope?.experimentScope ?? "" },
    },
  });
}

/** How long all intervals take together, from the stage as it is written. */
function lengthOf({ stage }: PlanInput): number {
  const { settings, problems } = readCanaryStage(stage.context);
  if (problems.length > 0 || settings.scopes.length === 0) return 0;
  const now = Date.now();
  const schedule = planSchedule(settings, now);
  return Math.max(0, schedule.run(schedule.runs).due - now);
}
