import { JudgementError } from "@gennaker/canary-judge/errors.ts";
import { readSettings } from "@gennaker/canary-judge/metric-settings.ts";
import { canaryConfig } from "@gennaker/canary-judge/parse.ts";
import { queryTypes } from "@gennaker/canary-judge/query.ts";
import type { CanaryMetricConfig } from "@gennaker/canary-judge/types.ts";
import type { Problem } from "@gennaker/contract/errors.ts";
import { isJsonObject, type Json, type JsonObject } from "@gennaker/contract/json.ts";
import type { MetricSource } from "../../observe/metric-sources/api.ts";

/**
 * Checks a canary config: everything the judge and the metric stores read. Pointers are relative to the document;
 * unknown fields are left alone.
 */
export function validateCanaryConfig(document: JsonObject, sources: readonly MetricSource[]): Problem[] {
  const problems: Problem[] = [];
  const problem = (pointer: string, reason: string) => void problems.push({ pointer, reason });
  if (typeof document["name"] !== "string" || document["name"].trim() === "")
    problem("/name", "must be a text that names the config");
  const applications = document["applications"] ?? [];
  if (!Array.isArray(applications) || !applications.every((one) => typeof one === "string"))
    problem("/applications", "must be a list of application names");
  checkMetrics(document["metrics"], sources, problem);
  checkWeights(document["classifier"], problem);
  return problems.length > 0 ? problems : readByJudge(document);
}

type Report = (pointer: string, reason: string) => void;

function checkMetrics(metrics: Json | undefined, sources: readonly MetricSource[], problem: Report): void {
  if (!Array.isArray(metrics) || metrics.length === 0) {
    problem("/metrics", "must be a list with at least one metric");
    return;
  }
  const names = new Set<string>();
  metrics.forEach((metric, index) => {
    const at = `/metrics/${index}`;
    if (!isJsonObject(metric)) {
      problem(at, "must be an object");
      return;
    }
    const name = metric["name"];
    if (typeof name !== "string" || name === "") problem(`${at}/name`, "must be a text that names the metric");
    else if (names.has(name)) problem(`${at}/name`, `"${name}" is the name of another metric too; names must differ`);
    else names.add(name);
    if (!Array.isArray(metric["groups"]))
      problem(`${at}/groups`, "must be a list of group names, empty if it belongs to none");
    checkQuery(metric["query"], `${at}/query`, sources, problem);
  });
}

function checkQuery(query: Json | undefined, at: string, sources: readonly MetricSource[], problem: Report): void {
  if (!isJsonObject(query)) {
    problem(at, "must be an object with a type");
    return;
  }
  const type = query["type"];
  if (typeof type !== "string" || !queryTypes.includes(type)) {
    problem(`${at}/type`, `must be one of ${queryTypes.join(", ")}`);
    return;
  }
  const source = sources.find((one) => one.type === type);
  for (const found of source?.validate?.(query) ?? []) problem(`${at}${found.pointer}`, found.reason);
}

function checkWeights(classifier: Json | undefined, problem: Report): void {
  if (classifier === undefined || classifier === null) return;
  if (!isJsonObject(classifier)) {
    problem("/classifier", "must be an object {groupWeights, scoreThresholds}");
    return;
  }
  const weights = classifier["groupWeights"] ?? {};
  if (!isJsonObject(weights)) {
    problem("/classifier/groupWeights", "must be an object of group and weight");
    return;
  }
  for (const [group, weight] of Object.entries(weights)) {
    const number = typeof weight === "string" && weight.trim() !== "" ? Number(weight) : (weight ?? 0);
    if (typeof number !== "number" || !(number >= 0 && number <= 100)) {
      problem(
        `/classifier/groupWeights/${group.replaceAll("~", "~0").replaceAll("/", "~1")}`,
        "must be a number between 0 and 100",
      );
    }
  }
}

/** What is left, the judge's own reader finds: it stops at the first fault. */
function readByJudge(document: JsonObject): Problem[] {
  let index = 0;
  try {
    const config = canaryConfig()(document, "");
    for (const metric of config?.metrics ?? []) {
      readSettings(metric as CanaryMetricConfig);
      index += 1;
    }
    return [];
  } catch (error) {
    if (!(error instanceof JudgementError)) throw error;
    return [{ pointer: error.pointer ?? `/metrics/${index}/analysisConfigurations/canary`, reason: error.message }];
  }
}
