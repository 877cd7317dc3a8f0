import { anything, listOf, objectOf, text, unreadable } from "./readers.ts";
import type { Reader } from "./readers.ts";

/**
 * Metric queries: a judge does not use them, but a query that Kayenta cannot read makes the whole configuration
 * unreadable, so the field types of its nine metric stores are checked. `gennaker` is our own store's type.
 */
const template = { customInlineTemplate: text, customFilterTemplate: text };
const texts = listOf(text);

const QUERY_TYPES: ReadonlyMap<string, Reader<unknown>> = new Map<string, Reader<unknown>>([
  ["atlas", objectOf({ q: text })],
  ["datadog", objectOf({ metricName: text, ...template })],
  ["graphite", objectOf({ metricName: text })],
  ["influxdb", objectOf({ metricName: text, fields: texts, customInlineTemplate: text })],
  ["newrelic", objectOf({ q: text, select: text, ...template })],
  [
    "prometheus",
    objectOf({
      resourceType: text,
      metricName: text,
      labelBindings: texts,
      groupByFields: texts,
      customFilter: text,
      ...template,
    }),
  ],
  [
    "signalfx",
    objectOf({
      metricName: text,
      queryPairs: listOf(objectOf({ key: text, value: text })),
      aggregationMethod: text,
      ...template,
    }),
  ],
  [
    "stackdriver",
    objectOf({
      resourceType: text,
      metricType: text,
      crossSeriesReducer: text,
      perSeriesAligner: text,
      groupByFields: texts,
      customFilter: text,
      ...template,
    }),
  ],
  ["wavefront", objectOf({ metricName: text, summarization: text, aggregate: text })],
  ["gennaker", anything],
]);

/** The words that `query.type` may be. */
export const queryTypes: readonly string[] = [...QUERY_TYPES.keys()];

/** A query object with a known `type`, the same as a list `[type, object]`, or null. */
export const query: Reader<unknown> = (value, pointer) => {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return tagged(value, pointer);
  if (typeof value !== "object") throw unreadable(value, pointer, "an object with a type");
  return readerOf("type" in value ? value.type : undefined, `${pointer}/type`)(value, pointer);
};

function tagged(list: readonly unknown[], pointer: string): unknown {
  const [type, fields] = list;
  const reader = readerOf(type, `${pointer}/0`);
  if (list.length > 2 || fields === null) throw unreadable(list, pointer, "an object with a type");
  return reader(fields, `${pointer}/1`);
}

function readerOf(type: unknown, pointer: string): Reader<unknown> {
  const reader = typeof type === "string" ? QUERY_TYPES.get(type) : undefined;
  if (reader === undefined) throw unreadable(type, pointer, `one of ${queryTypes.join(", ")}`);
  return reader;
}
