import { describe, expect, test } from "vitest";
import { formatOf, parseExposition } from "./parse.ts";
import { defaultLimits, ExpositionError } from "./types.ts";

function failure(text: string, format: "text" | "openmetrics" = "text", limits = defaultLimits): ExpositionError {
  try {
    parseExposition(text, format, limits);
  } catch (error) {
    if (error instanceof ExpositionError) return error;
    throw error;
  }
  throw new Error("the text was accepted");
}

describe("Prometheus text", () => {
  test("reads every type, escapes, times and special values", () => {
    const text = [
      "# HELP http_requests_total All requests\\nsince the start \\\\o/",
      "# TYPE http_requests_total counter",
      'http_requests_total{method="post",path="a\\\\b\\"c\\nd", } 1027 1395066363000',
      "# just a comment",
      "",
      "# TYPE temperature gauge",
      "temperature -3.5e1",
      "# TYPE latency histogram",
      'latency_bucket{le="0.1"} 4',
      'latency_bucket{le="+Inf"} 5',
      "latency_sum 1.5",
      "latency_count 5",
      "# TYPE size summary",
      'size{quantile="0.5"} NaN',
      "size_count 0",
      "undeclared +Inf\r",
      "# TYPE low untyped",
      "low -Inf",
    ].join("\n");
    const { samples, families } = parseExposition(text);
    expect(
      samples.map((sample) => [sample.name, sample.labels, sample.value, sample.time, sample.kind, sample.cumulative]),
    ).toEqual([
      ["http_requests_total", { method: "post", path: 'a\\b"c\nd' }, 1027, 1395066363000, "counter", true],
      ["temperature", {}, -35, null, "gauge", false],
      ["latency_bucket", { le: "0.1" }, 4, null, "histogram", true],
      ["latency_bucket", { le: "+Inf" }, 5, null, "histogram", true],
      ["latency_sum", {}, 1.5, null, "histogram", true],
      ["latency_count", {}, 5, null, "histogram", true],
      ["size", { quantile: "0.5" }, NaN, null, "summary", false],
      ["size_count", {}, 0, null, "summary", true],
      ["undeclared", {}, Infinity, null, "unknown", false],
      ["low", {}, -Infinity, null, "unknown", false],
    ]);
    expect(families.get("http_requests_total")).toEqual({
      type: "counter",
      help: "All requests\nsince the start \\o/",
      unit: "",
    });
  });

  test("reads quoted names, also of labels, and keeps __proto__ a label", () => {
    const { samples } = parseExposition('# TYPE "my.metric" gauge\n{"my.metric", "a.b"="1", __proto__="p"} 2');
    expect(samples[0]?.name).toBe("my.metric");
    expect(samples[0]?.kind).toBe("gauge");
    expect(Object.entries(samples[0]?.labels ?? {})).toEqual([
      ["a.b", "1"],
      ["__proto__", "p"],
    ]);
  });

  test.each([
    ['a{b="1" 3', 1, "expected"],
    ["ok 1\n9metric 1", 2, "expected a metric name"],
    ['a{b="1', 1, "does not end"],
    ['a{b="1",b="2"} 3', 1, "twice"],
    ["a one", 1, "is no number"],
    ["a", 1, "value is missing"],
    ["a 0x10", 1, "is no number"],
    ["a 1 2 3", 1, "unexpected"],
    ["a 1 2.5", 1, "whole number"],
    ["a 1 99999999999999999999", 1, "out of range"],
    ["# TYPE a thermometer", 1, "no metric type"],
    ["# TYPE a gauge\n# TYPE a gauge", 2, "declared twice"],
    ["# TYPE a histogram\na_bucket 1", 2, "no label le"],
    ['x{"a","b"} 1', 1, "expected"],
    ['x{"a"} 1', 1, "two names"],
    ["{} 1", 1, "expected a metric name"],
    ['a{=""} 1', 1, "label name"],
  ])("refuses %j at line %i", (text, line, reason) => {
    const error = failure(text);
    expect(error.line).toBe(line);
    expect(error.message).toContain(reason);
  });
});

describe("OpenMetrics", () => {
  test("reads counters, exemplars, seconds and leaves start times out", () => {
    const text = [
      "# TYPE hits counter",
      "# UNIT hits requests",
      'hits_total{a="b"} 17 1520879607.789 # {trace_id="KOO5S4vxi0o"} 0.67 1520879607.1',
      'hits_created{a="b"} 1520430000.123',
      "# TYPE build info",
      'build_info{version="1"} 1',
      "# TYPE lag gaugehistogram",
      'lag_bucket{le="1.0"} 3',
      "# EOF",
      "",
    ].join("\n");
    const { samples, families } = parseExposition(text, "openmetrics");
    expect(samples).toEqual([
      {
        name: "hits_total",
        labels: { a: "b" },
        value: 17,
        time: 1520879607789,
        kind: "counter",
        cumulative: true,
        exemplar: { labels: { trace_id: "KOO5S4vxi0o" }, value: 0.67, time: 1520879607100 },
      },
      {
        name: "build_info",
        labels: { version: "1" },
        value: 1,
        time: null,
        kind: "gauge",
        cumulative: false,
        exemplar: null,
      },
      {
        name: "lag_bucket",
        labels: { le: "1.0" },
        value: 3,
        time: null,
        kind: "gauge",
        cumulative: false,
        exemplar: null,
      },
    ]);
    expect(families.get("hits")?.unit).toBe("requests");
  });

  test.each([
    ["a 1\n", 2, "# EOF is missing"],
    ["a 1\n# EOF\nb 2\n", 3, "more after # EOF"],
    ["a 1\n\n# EOF\n", 2, "empty line"],
    ["a 1 # x\n# EOF\n", 1, "labels of an exemplar"],
  ])("refuses %j at line %i", (text, line, reason) => {
    const error = failure(text, "openmetrics");
    expect([error.line, error.message]).toEqual([line, expect.stringContaining(reason)]);
  });
});

describe("limits", () => {
  const tight = { characters: 200, lineCharacters: 60, labelsPerSample: 2, labelValueCharacters: 5, samples: 3 };
  test.each([
    ["a".repeat(201), "at most 200"],
    [`a${" ".repeat(70)}1`, "more than 60 characters"],
    ['a{b="1",c="2",d="3"} 1', "more than 2 labels"],
    ['a{b="123456"} 1', "at most 5"],
    ["a 1\nb 1\nc 1\nd 1", "more than 3 samples"],
  ])("refuses %j", (text, reason) => {
    expect(failure(text, "text", tight).message).toContain(reason);
  });
});

test("the format follows the content type", () => {
  expect(formatOf("application/openmetrics-text; version=1.0.0; charset=utf-8")).toBe("openmetrics");
  expect(formatOf("text/plain; version=0.0.4")).toBe("text");
  expect(formatOf(null)).toBe("text");
});
