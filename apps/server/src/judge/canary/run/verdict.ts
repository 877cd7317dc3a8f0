import type { CanaryAnalysisResult, JudgeResult } from "@gennaker/canary-judge/types.ts";
import type { Verdict } from "@gennaker/contract/resources/canary.ts";
import type { Thresholds } from "@gennaker/pipeline-model/canary/settings.ts";

/** A metric counts as classified when both sides could be compared. */
export function isClassified(result: CanaryAnalysisResult): boolean {
  return result.classification === "Pass" || result.classification === "High" || result.classification === "Low";
}

/**
 * What a run means. Unknown is never healthy: when fewer than half of the metrics that count could be classified, or
 * no metric has a single sample on both sides together, the verdict is `inconclusive` whatever the score; in Kayenta's
 * mode this rule is off. Otherwise: at or below marginal `fail`, from pass on `pass`, between `marginal`.
 */
export function verdictOf(result: JudgeResult, thresholds: Thresholds, mode: "gennaker" | "kayenta"): Verdict {
  if (mode === "gennaker" && isInconclusive(result)) return "inconclusive";
  const { score } = result.score;
  if (thresholds.marginal !== null && score <= thresholds.marginal) return "fail";
  return score >= (thresholds.pass ?? 0) ? "pass" : "marginal";
}

function isInconclusive(result: JudgeResult): boolean {
  const counted = result.results.filter((metric) => !metric.muted);
  const samples = counted.reduce(
    (sum, metric) => sum + metric.controlMetadata.stats.count + metric.experimentMetadata.stats.count,
    0,
  );
  return counted.length === 0 || samples === 0 || counted.filter(isClassified).length * 2 < counted.length;
}

export type RunOutcome = { index: number; score: number; verdict: Verdict };

export type Decision =
  | { state: "go on" }
  | { state: "passed"; message: string }
  | { state: "failed"; code: "canary.failed" | "canary.belowPass" | "canary.noData"; message: string };

/**
 * What the runs so far mean for the stage, by Orca's rules: every run must score above marginal (equal fails), the last
 * one at least pass; a threshold that is null is not checked. Messages are Orca's `canaryScoreMessage`.
 */
export function decide(runs: readonly RunOutcome[], planned: number, thresholds: Thresholds): Decision {
  const latest = runs.at(-1);
  if (latest === undefined) return { state: "go on" };
  const { score } = latest;
  const last = latest.index >= planned;
  if (latest.verdict === "inconclusive") {
    return {
      state: "failed",
      code: "canary.noData",
      message: `Canary run ${latest.index} has too little data to judge.`,
    };
  }
  if (thresholds.marginal !== null && score <= thresholds.marginal) {
    const what = last ? `Final canary score ${score}` : `Canary score ${score} of run ${latest.index}`;
    return { state: "failed", code: "canary.failed", message: `${what} is not above the marginal score threshold.` };
  }
  if (!last) return { state: "go on" };
  if (thresholds.pass === null) {
    return {
      state: "passed",
      message:
        thresholds.marginal === null ? "No score thresholds were specified." : "No pass score threshold was specified.",
    };
  }
  if (score < thresholds.pass)
    return {
      state: "failed",
      code: "canary.belowPass",
      message: `Final canary score ${score} is below the pass score threshold.`,
    };
  return { state: "passed", message: `Final canary score ${score} met or exceeded the pass score threshold.` };
}
