import { describe, expect, test } from "vitest";
import { readOptions } from "./options.ts";
import type { Outcome } from "./scenario.ts";
import { summarize, summaryText } from "./summary.ts";

const shipped = {
  version: "v2",
  status: "SUCCEEDED",
  scores: [100, 100],
  verdict: "pass",
  reason: "",
  executionId: "1",
};
const load = { sent: 100, failedBySwitching: 0, failedByService: 1, byVersion: { v1: 50, v2: 50 } };
const outcome: Outcome = {
  good: shipped,
  bad: { ...shipped, version: "v3", status: "TERMINAL", scores: [10], verdict: "fail", reason: "slow" },
  load,
  secondsFromBadMetricToZeroTraffic: 1.2,
  inProduction: "v2",
  leftovers: [],
  failures: [],
};
const options = readOptions(["--once"]);

describe("the demo's summary", () => {
  test("is ok only when the good version was promoted and the bad one taken back", () => {
    const summary = summarize(outcome, options, 900, 60);
    expect(summary).toMatchObject({ ok: true, problems: [], inProduction: "v2", requestsFailedBySwitching: 0 });
    expect(summaryText(summary)).toMatch(/version 3 +taken back, scores 10/);
  });

  test.each<[string, Partial<Outcome>, RegExp]>([
    [
      "good not promoted",
      { good: { ...shipped, status: "TERMINAL", reason: "no data" } },
      /version 2 was not promoted: no data/,
    ],
    ["bad promoted", { bad: { ...shipped, version: "v3" } }, /version 3 was promoted/],
    [
      "stopped without a score",
      { bad: { ...outcome.bad, verdict: null, reason: "never healthy" } },
      /not by its score: never healthy/,
    ],
    [
      "a failed request",
      { load: { ...load, failedBySwitching: 1 }, failures: ["reset"] },
      /1 requests failed by switching: reset/,
    ],
    ["wrong version in production", { inProduction: "v1" }, /should be v2 and is v1/],
    ["a canary left behind", { leftovers: ["shop-canary-v000"] }, /left behind: shop-canary-v000/],
  ])("is not ok: %s", (_what, part, problem) => {
    const summary = summarize({ ...outcome, ...part }, options, 900, 60);
    expect(summary.ok).toBe(false);
    expect(summary.problems.join()).toMatch(problem);
  });
});

test.each([["--fault", "mystery"], ["--pass", "ninety"], ["--rate", "100000"], ["--nope"]])("refuses %j", (...args) => {
  expect(() => readOptions(args)).toThrow();
});

test("without requests health alone decides", () => {
  const bad = { ...outcome.bad, scores: [], verdict: null, reason: "no node takes it" };
  const summary = summarize({ ...outcome, bad, load: null }, options, 900, 60);
  expect(summary).toMatchObject({ ok: true, judgedBy: "health", requestsSent: 0 });
  expect(summaryText(summary)).toMatch(/judged by +health alone/);
  expect(summaryText(summary)).not.toContain("requests sent");
});

test("Kubernetes is asked for, with a context or without", () => {
  expect(readOptions([]).kubernetes).toBeNull();
  expect(readOptions(["--kubernetes"]).kubernetes).toEqual({ context: null });
  expect(readOptions(["--context", "prod"]).kubernetes).toEqual({ context: "prod" });
});
