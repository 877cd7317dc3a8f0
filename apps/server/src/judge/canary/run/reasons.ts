import type { CanaryAnalysisResult, JudgeResult } from "@gennaker/canary-judge/types.ts";
import type { Verdict } from "@gennaker/contract/resources/canary.ts";
import { isJsonObject, type JsonObject } from "@gennaker/contract/json.ts";
import type { Thresholds } from "@gennaker/pipeline-model/canary/settings.ts";
import { shortNumber, unitOf, withUnit } from "./figures.ts";
import { isClassified } from "./verdict.ts";

/** Why one metric was classified so, in words with its figures. */
export function metricReason(result: CanaryAnalysisResult, metric: JsonObject): string {
  const unit = unitOf(metric["query"]);
  const canary = result.experimentMetadata.stats;
  const baseline = result.controlMetadata.stats;
  const means = `canary mean ${withUnit(canary.mean, unit)}, baseline ${withUnit(baseline.mean, unit)}`;
  switch (result.classification) {
    case "Pass":
      return `Pass: ${means}`;
    case "High":
    case "Low":
      return `${result.classification}: ${compared(result, metric)}${result.critical ? "; the metric is critical" : ""}`;
    case "Nodata":
    case "NodataFailMetric":
      return `${result.classification === "Nodata" ? "No data" : "No data, which this metric must have"}: ${missing(baseline.count, canary.count)}`;
    case "Error":
      return `Could not be judged: ${result.classificationReason ?? "the judge gave no reason"}`;
  }
}

function compared(result: CanaryAnalysisResult, metric: JsonObject): string {
  const unit = unitOf(metric["query"]);
  const canary = result.experimentMetadata.stats.mean;
  const baseline = result.controlMetadata.stats.mean;
  const ratio = result.resultMetadata?.ratio ?? NaN;
  const settings = effectOf(metric);
  const increase = result.classification === "High";
  const limit = increase ? settings.increase : settings.decrease;
  const allowed = limit === null ? "" : `; allowed ${shortNumber(limit)}${settings.measure === "cles" ? "" : "×"}`;
  if (settings.measure === "cles" && Number.isFinite(ratio)) {
    return `the canary is above the baseline in ${shortNumber(ratio * 100)} % of comparisons (mean ${withUnit(canary, unit)} against ${withUnit(baseline, unit)})${allowed}`;
  }
  if (!Number.isFinite(ratio))
    return `canary mean ${withUnit(canary, unit)} against the baseline's ${withUnit(baseline, unit)}`;
  return `canary mean ${withUnit(canary, unit)} is ${shortNumber(ratio)}× the baseline's ${withUnit(baseline, unit)}${allowed}`;
}

function effectOf(metric: JsonObject): { measure: string; increase: number | null; decrease: number | null } {
  const analysis = isJsonObject(metric["analysisConfigurations"]) ? metric["analysisConfigurations"]["canary"] : null;
  const effect = isJsonObject(analysis) && isJsonObject(analysis["effectSize"]) ? analysis["effectSize"] : {};
  const measure = effect["measure"] === "cles" ? "cles" : "meanRatio";
  const limit = (name: string) => (typeof effect[name] === "number" ? effect[name] : null);
  return { measure, increase: limit("allowedIncrease"), decrease: limit("allowedDecrease") };
}

function missing(baseline: number, canary: number): string {
  if (baseline === 0 && canary === 0) return "neither side has a sample";
  return baseline === 0
    ? `the baseline has no sample, the canary has ${canary}`
    : `the canary has no sample, the baseline has ${baseline}`;
}

const worstShown = 3;

/** Why a run has its verdict, in words that name the worst metrics. */
export function runReason(result: JudgeResult, config: JsonObject, verdict: Verdict, thresholds: Thresholds): string {
  const score = `score ${result.score.score}`;
  const named = worstOf(result)
    .slice(0, worstShown)
    .map((metric) => `${metric.name ?? "?"} ${lowerFirst(metricReason(metric, metricOf(config, metric.name)))}`);
  const worst = named.length === 0 ? "" : `: ${named.join("; ")}`;
  switch (verdict) {
    case "pass":
      return `The canary passed with ${score}${thresholds.pass === null ? "" : ` (pass from ${thresholds.pass})`}${worst}.`;
    case "marginal":
      return `The canary is marginal with ${score} (pass from ${thresholds.pass}, fail up to ${thresholds.marginal ?? "nothing"})${worst}.`;
    case "fail":
      return `The canary failed with ${score} (must be above ${thresholds.marginal})${worst}.`;
    case "inconclusive":
      return `The canary cannot be judged: ${inconclusiveWords(result)}${worst}.`;
  }
}

function inconclusiveWords(result: JudgeResult): string {
  const counted = result.results.filter((metric) => !metric.muted);
  if (counted.length === 0) return "the canary config has no metric that counts";
  const classified = counted.filter(isClassified).length;
  return `${classified} of ${counted.length} metrics could be compared, at least half must be`;
}

/** Metrics that did not pass, the gravest first: critical ones, then missing data, then the largest effect. */
export function worstOf(result: JudgeResult): CanaryAnalysisResult[] {
  const gravity = (metric: CanaryAnalysisResult): number => {
    const effect = Math.abs(Math.log(metric.resultMetadata?.ratio ?? 1));
    const kind =
      metric.classification === "High" || metric.classification === "Low"
        ? 100
        : metric.classification === "NodataFailMetric"
          ? 50
          : 0;
    return (metric.critical ? 1000 : 0) + kind + (Number.isFinite(effect) ? Math.min(effect, 40) : 0);
  };
  return result.results
    .filter((metric) => !metric.muted && metric.classification !== "Pass")
    .sort((left, right) => gravity(right) - gravity(left));
}

export function metricOf(config: JsonObject, name: string | undefined): JsonObject {
  const metrics = Array.isArray(config["metrics"]) ? config["metrics"] : [];
  return metrics.filter(isJsonObject).find((metric) => (metric["name"] ?? undefined) === name) ?? {};
}

/** Kayenta's judge wants this many points of a side for a sound comparison. */
const soundPoints = 50;

/** One warning for each metric that is judged on few points. */
export function warningsOf(result: JudgeResult): string[] {
  return result.results.flatMap((metric) => {
    const [baseline, canary] = [metric.controlMetadata.stats.count, metric.experimentMetadata.stats.count];
    if (Math.min(baseline, canary) >= soundPoints) return [];
    return [
      `Metric ${metric.name ?? "?"} is judged on ${baseline} points of the baseline and ${canary} of the canary; at least ${soundPoints} of each are recommended.`,
    ];
  });
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
