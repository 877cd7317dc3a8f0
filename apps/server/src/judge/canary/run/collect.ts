import { GennakerError } from "@gennaker/contract/errors.ts";
import { isJsonObject, type JsonObject } from "@gennaker/contract/json.ts";
import { TaskError } from "../../../engine/api.ts";
import type { MetricAccount, MetricScope } from "../../../observe/metric-sources/api.ts";
import type { CanaryScope } from "@gennaker/pipeline-model/canary/settings.ts";
import type { PlannedRun, Window } from "@gennaker/pipeline-model/canary/windows.ts";
import { pairSeries, type CanaryPair } from "./pair.ts";

export type CollectInput = {
  config: JsonObject;
  scopes: readonly CanaryScope[];
  account: MetricAccount;
  run: PlannedRun;
  signal: AbortSignal;
};

const queriesAtOnce = 4;

/** Reads both sides of every metric of the config and pairs them, in the config's order. */
export async function collectPairs(input: CollectInput): Promise<CanaryPair[]> {
  const metrics = (Array.isArray(input.config["metrics"]) ? input.config["metrics"] : []).filter(isJsonObject);
  const pairs: CanaryPair[][] = metrics.map(() => []);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < metrics.length; at = next++)
      pairs[at] = await collectMetric(metrics[at] as JsonObject, input);
  };
  await Promise.all(Array.from({ length: queriesAtOnce }, worker));
  return pairs.flat();
}

async function collectMetric(metric: JsonObject, input: CollectInput): Promise<CanaryPair[]> {
  const name = String(metric["name"] ?? "");
  const query = isJsonObject(metric["query"]) ? metric["query"] : {};
  const scope = scopeFor(metric, name, input.scopes);
  const type = String(query["type"] ?? "");
  if (type !== input.account.source.type) {
    throw new TaskError(
      "canary.wrongMetricStore",
      `Metric "${name}" asks the metric store "${type}", but the metrics account "${input.account.name}" is one of "${input.account.source.type}". ` +
        "Change the metric's query in the canary config, or the stage's metricsAccountName.",
    );
  }
  const side = async (window: Window, server: string, location: string) => {
    const asked: MetricScope = {
      scope: server,
      location,
      start: window.start,
      end: window.end,
      stepMs: scope.stepMs,
      extended: scope.extended,
    };
    return { window, stepMs: scope.stepMs, series: await queryOnce(name, query, asked, input) };
  };
  const [control, experiment] = await Promise.all([
    side(input.run.control, scope.controlScope, scope.controlLocation),
    side(input.run.experiment, scope.experimentScope, scope.experimentLocation),
  ]);
  return pairSeries(name, control, experiment);
}

/** A query that cannot be read fails for good; a store that does not answer is asked again. */
async function queryOnce(name: string, query: JsonObject, scope: MetricScope, input: CollectInput) {
  try {
    return await input.account.source.query(query, scope, input.signal);
  } catch (error) {
    if (input.signal.aborted) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const permanent =
      (error instanceof GennakerError && error.code === "invalid_request") || error instanceof RangeError;
    throw new TaskError(
      permanent ? "canary.badQuery" : "canary.metricStoreFailed",
      permanent
        ? `Metric "${name}" cannot be queried: ${message}`
        : `The metrics account "${input.account.name}" did not answer for metric "${name}": ${message}`,
      { retryable: !permanent, cause: error },
    );
  }
}

/** A metric names its scope; where the stage has only one, that is it. */
function scopeFor(metric: JsonObject, name: string, scopes: readonly CanaryScope[]): CanaryScope {
  const wanted =
    typeof metric["scopeName"] === "string" && metric["scopeName"] !== "" ? metric["scopeName"] : "default";
  const found = scopes.find((scope) => scope.scopeName === wanted) ?? (scopes.length === 1 ? scopes[0] : undefined);
  if (found !== undefined) return found;
  const known = scopes.map((scope) => scope.scopeName).join(", ") || "none";
  throw new TaskError(
    "canary.scopeMissing",
    `Metric "${name}" belongs to scope "${wanted}", which the stage does not have (it has: ${known}). Add the scope to the stage or change the metric's scopeName.`,
  );
}
