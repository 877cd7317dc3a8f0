import type { SeriesKind } from "../../samples/api.ts";
import type { ExpositionFormat, Family } from "./types.ts";

export const familyTypes: Record<ExpositionFormat, ReadonlySet<string>> = {
  text: new Set(["counter", "gauge", "histogram", "summary", "untyped"]),
  openmetrics: new Set(["counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset", "unknown"]),
};

export type Role = { kind: SeriesKind; cumulative: boolean; part: "value" | "bucket" | "created" };

const unknown: Role = { kind: "unknown", cumulative: false, part: "value" };
const gauge: Role = { kind: "gauge", cumulative: false, part: "value" };
const counter: Role = { kind: "counter", cumulative: true, part: "value" };
const created: Role = { kind: "gauge", cumulative: false, part: "created" };
const total = (kind: SeriesKind): Role => ({ kind, cumulative: true, part: "value" });
const histogramBucket: Role = { kind: "histogram", cumulative: true, part: "bucket" };
const histogramTotal = total("histogram");
const summaryTotal = total("summary");
const summaryQuantile: Role = { kind: "summary", cumulative: false, part: "value" };
const gaugeBucket: Role = { kind: "gauge", cumulative: false, part: "bucket" };

/**
 * What a sample's name says about it, given the declared families: `x_bucket` belongs to the histogram `x`, and in
 * OpenMetrics `x_total` to the counter `x`. A name of no declared family is unknown.
 */
export function roleOf(name: string, families: ReadonlyMap<string, Family>, format: ExpositionFormat): Role {
  const own = families.get(name);
  if (own !== undefined) return roleOfOwnName(own.type);
  const cut = name.lastIndexOf("_");
  if (cut < 1) return unknown;
  const family = families.get(name.slice(0, cut));
  return family === undefined ? unknown : roleOfSuffix(family.type, name.slice(cut), format);
}

function roleOfOwnName(type: string): Role {
  if (type === "counter") return counter;
  if (type === "summary") return summaryQuantile;
  return type === "gauge" || type === "stateset" ? gauge : unknown;
}

function roleOfSuffix(type: string, suffix: string, format: ExpositionFormat): Role {
  if (suffix === "_created" && format === "openmetrics") return created;
  if (type === "histogram") {
    if (suffix === "_bucket") return histogramBucket;
    return suffix === "_sum" || suffix === "_count" ? histogramTotal : unknown;
  }
  if (type === "gaugehistogram") return suffix === "_bucket" ? gaugeBucket : gauge;
  if (type === "summary") return suffix === "_sum" || suffix === "_count" ? summaryTotal : unknown;
  if (type === "counter" && suffix === "_total" && format === "openmetrics") return counter;
  return type === "info" && suffix === "_info" ? gauge : unknown;
}
