import type { Problem } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { ResultSeries } from "../samples/api.ts";

/** Whose metric over which time: Kayenta's canary scope. Times are epoch milliseconds. */
export type MetricScope = {
  scope: string;
  location: string;
  start: number;
  end: number;
  stepMs: number;
  extended: Record<string, string>;
};

/** One kind of metric store: a folder each under metric-sources, found by the query's `type`. */
export type MetricSource = {
  type: string;
  /** Checks a query when a canary config is saved; pointers are relative to it. */
  validate?(query: JsonObject): Problem[];
  /** Reads `query` (the canary config's, with its `type`) for a scope. An unknown field is refused with its name. */
  query(query: JsonObject, scope: MetricScope, signal: AbortSignal): Promise<ResultSeries[]>;
};

/** A metrics account: its name in pipelines and the source behind it. `builtin` is always there. */
export type MetricAccount = { name: string; source: MetricSource };
