import type { CanaryMetric, CanaryRun } from "@gennaker/contract/resources/canary.ts";
import { expect, test } from "vitest";
import { createFormat } from "./format.ts";
import { koCanaryWords } from "./ko-canary.ts";

const format = createFormat("ko", "UTC");
const statistics = { min: 1, max: 3, mean: 2, std: 1, count: 44 };

function metric(classification: string, more: Partial<CanaryMetric> = {}): CanaryMetric {
  const series = { start: "2026-05-04T00:00:00Z", stepMs: 1000, values: [] };
  return {
    name: "latency",
    groups: [],
    tags: {},
    classification,
    reason: "English words",
    critical: false,
    ratio: 2.21,
    baseline: statistics,
    canary: { ...statistics, mean: 4.42 },
    series: { baseline: series, canary: series },
    ...more,
  };
}

test.each([
  ["Pass", "카나리 평균 4.42, 베이스라인 평균 2"],
  ["High", "베이스라인보다 높음: 카나리 평균 4.42, 베이스라인 평균 2, 2.21배"],
  ["Low", "베이스라인보다 낮음"],
  ["Nodata", "샘플 수 카나리 44, 베이스라인 44"],
  ["Error", "English words"],
])("a metric that is %s is explained by its figures", (classification, words) => {
  expect(koCanaryWords.metric(metric(classification), format)).toContain(words);
});

test.each([
  ["pass", "통과했습니다"],
  ["marginal", "주의"],
  ["fail", "실패했습니다"],
  ["inconclusive", "판정할 수 없습니다"],
] as const)("a run that is %s names the metrics at fault", (verdict, words) => {
  const run: CanaryRun = {
    id: "r",
    executionId: "e",
    stageId: "s",
    index: 1,
    planned: 3,
    start: "",
    end: "",
    judgedAt: "",
    score: 55,
    scoreReason: "",
    classification: "",
    verdict,
    reason: "English",
    thresholds: { pass: 90, marginal: 60 },
    groups: [],
    metrics: [metric("Pass", { name: "fine" }), metric("High")],
    scopes: { baseline: "b", canary: "c" },
  };
  const text = koCanaryWords.run(run, format);
  expect(text).toContain(words);
  expect(text).toContain("latency(");
  expect(text).not.toContain("fine");
});
