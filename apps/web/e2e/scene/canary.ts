import type { CanaryConfig, CanaryMetric, CanaryRun } from "@gennaker/contract/resources/canary.ts";
import { at } from "./time.ts";

const points = 44;

/** A wavy series around a mean, the same at each run; every 17th point is missing. */
function values(mean: number, swing: number, phase: number): (number | null)[] {
  return Array.from({ length: points }, (_, index) =>
    index % 17 === 16
      ? null
      : Math.round((mean + swing * (Math.sin(index * 0.7 + phase) + 0.5 * Math.sin(index * 2.3 + phase))) * 100) / 100,
  );
}

function statistics(list: readonly (number | null)[]): CanaryMetric["baseline"] {
  const known = list.filter((value) => value !== null);
  if (known.length === 0) return { min: null, max: null, mean: null, std: null, count: 0 };
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const std = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length);
  return {
    min: Math.min(...known),
    max: Math.max(...known),
    mean: Math.round(mean * 1000) / 1000,
    std: Math.round(std * 1000) / 1000,
    count: known.length,
  };
}

function metric(
  name: string,
  groups: string[],
  classification: string,
  reason: string,
  baseline: (number | null)[],
  canary: (number | null)[],
  critical = false,
): CanaryMetric {
  const [left, right] = [statistics(baseline), statistics(canary)];
  const ratio = left.mean && right.mean ? Math.round((right.mean / left.mean) * 100) / 100 : null;
  const series = (list: (number | null)[]) => ({ start: at(-44), stepMs: 1_000, values: list });
  return {
    name,
    groups,
    tags: {},
    classification,
    reason,
    critical,
    ratio,
    baseline: left,
    canary: right,
    series: { baseline: series(baseline), canary: series(canary) },
  };
}

function run(
  executionId: string,
  index: number,
  score: number | null,
  verdict: CanaryRun["verdict"],
  reason: string,
  metrics: CanaryMetric[],
): CanaryRun {
  return {
    id: `${executionId}-run-${index}`,
    executionId,
    stageId: "stage-2",
    index,
    planned: 3,
    start: at(-44),
    end: at(-44 + index * 14),
    judgedAt: at(-44 + index * 14),
    score,
    scoreReason: "",
    classification: verdict,
    verdict,
    reason,
    thresholds: { pass: 90, marginal: 60 },
    groups: [
      {
        name: "latency",
        score: verdict === "fail" ? 0 : 100,
        classification: verdict === "fail" ? "Fail" : "Pass",
        reason: "",
      },
      {
        name: "errors",
        score: verdict === "marginal" ? 50 : 100,
        classification: verdict === "marginal" ? "Marginal" : "Pass",
        reason: "",
      },
      { name: "traffic", score: null, classification: "Nodata", reason: "No data" },
    ],
    metrics,
    scopes: { baseline: "shop-prod-baseline-v001", canary: "shop-prod-canary-v001" },
  };
}

const calm = values(22.8, 4, 0);
const alike = values(23.4, 4.5, 1.2);
const good = [
  metric("latency-p95-at-gateway-ms", ["latency"], "Pass", "Pass: canary mean 23.4 ms, baseline 22.8 ms", calm, alike),
  metric(
    "error-ratio-percent",
    ["errors"],
    "Pass",
    "Pass: canary mean 0.2 %, baseline 0.2 %",
    values(0.2, 0.1, 0),
    values(0.21, 0.1, 2),
    true,
  ),
  metric(
    "requests-per-second",
    ["traffic"],
    "Pass",
    "Pass: canary mean 15/s, baseline 15/s",
    values(15, 1, 0),
    values(15.1, 1, 1),
  ),
];
const mixed = [
  metric(
    "latency-p95-at-gateway-ms",
    ["latency"],
    "High",
    "High: canary mean 55.9 ms is 2.21× the baseline's 25.3 ms; allowed 1.25×",
    calm,
    values(55.9, 8, 2),
  ),
  metric(
    "cache-hits-percent",
    ["traffic"],
    "Low",
    "Low: canary mean 40 % is 0.5× the baseline's 80 %; allowed 0.8×",
    values(80, 3, 0),
    values(40, 3, 1),
    true,
  ),
  metric(
    "queue-length",
    ["traffic"],
    "Nodata",
    "No data: neither side has a sample",
    Array.from({ length: points }, () => null),
    Array.from({ length: points }, () => null),
  ),
  metric("lag", ["traffic"], "Error", "Could not be judged: the query failed", calm, calm),
  ...good.slice(1),
];

export const canaryRuns: CanaryRun[] = [
  run("01CANARYRUN", 1, 98, "pass", "The canary passed with score 98 (pass from 90).", good),
  run("01CANARYRUN", 2, 96, "pass", "The canary passed with score 96 (pass from 90).", good),
];

export const failedRuns: CanaryRun[] = [
  run("01FAILEDRUN", 1, 82, "marginal", "The canary is marginal with score 82 (pass from 90, fail up to 60).", mixed),
  run(
    "01FAILEDRUN",
    2,
    null,
    "inconclusive",
    "The canary cannot be judged: 1 of 4 metrics could be compared, at least half must be.",
    mixed,
  ),
  run("01FAILEDRUN", 3, 55, "fail", "The canary failed with score 55 (must be above 60): latency-p95 high.", mixed),
];

export const canaryConfigs: CanaryConfig[] = [
  {
    id: "shop-canary",
    name: "shop-canary",
    applications: ["shop"],
    updatedAt: at(-80_000),
    document: {
      name: "shop-canary",
      description: "Errors and latency of the shop.",
      judge: { name: "NetflixACAJudge-v1.0" },
      metrics: [
        {
          name: "latency-p95-at-gateway-ms",
          groups: ["latency"],
          query: { type: "gennaker", metric: "gateway_request_duration_milliseconds", function: "quantile", q: 0.95 },
          analysisConfigurations: { canary: { direction: "increase", critical: true } },
        },
        {
          name: "requests-per-second",
          groups: ["traffic"],
          query: { type: "gennaker", metric: "gateway_requests_total", function: "rate" },
          analysisConfigurations: { canary: { direction: "either" } },
        },
      ],
      classifier: { groupWeights: { latency: 60, traffic: 40 } },
    },
  },
];
