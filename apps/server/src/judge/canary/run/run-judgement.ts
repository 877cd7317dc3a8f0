import { canaryConfig as canaryConfigReader } from "@gennaker/canary-judge/parse.ts";
import { resultJson } from "@gennaker/canary-judge/json-line.ts";
import type { JudgeResult } from "@gennaker/canary-judge/types.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Verdict } from "@gennaker/contract/resources/canary.ts";
import { TaskError } from "../../../engine/api.ts";
import type { CanarySettings } from "@gennaker/pipeline-model/canary/settings.ts";
import { judgePairs, type JudgeElsewhere } from "./judge-pairs.ts";
import type { CanaryPair } from "./pair.ts";
import { runReason, warningsOf } from "./reasons.ts";
import { verdictOf } from "./verdict.ts";

export type Judgement = {
  result: JudgeResult;
  /** The result in Kayenta's own JSON, unaltered. */
  resultText: string;
  verdict: Verdict;
  reason: string;
  warnings: string[];
};

/** Judges collected data under a stage's thresholds; null thresholds reach the judge as 0, as from Orca. */
export async function runJudgement(
  config: JsonObject,
  pairs: readonly CanaryPair[],
  settings: Pick<CanarySettings, "thresholds" | "analysisMode">,
  signal: AbortSignal,
  elsewhere?: JudgeElsewhere,
): Promise<Judgement> {
  const { thresholds } = settings;
  let result: JudgeResult;
  try {
    result = await judgePairs(
      {
        canaryConfig: canaryConfigReader()({ classifier: { groupWeights: {} }, ...config }, "/canaryConfig"),
        scoreThresholds: { pass: thresholds.pass ?? 0, marginal: thresholds.marginal ?? 0 },
        metricSetPairList: pairs,
      },
      signal,
      elsewhere,
    );
  } catch (error) {
    if (signal.aborted) throw error;
    throw new TaskError("canary.judgementFailed", `The judge could not judge: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const verdict = verdictOf(result, thresholds, settings.analysisMode);
  return {
    result,
    resultText: resultJson(result),
    verdict,
    reason: runReason(result, config, verdict, thresholds),
    warnings: warningsOf(result),
  };
}
