import type { DemoOptions } from "./options.ts";
import type { Outcome } from "./scenario.ts";

export type Summary = {
  ok: boolean;
  /** Why it is not ok, in words; empty when it is. */
  problems: string[];
  versions: { version: string; status: string; scores: (number | null)[]; verdict: string | null; reason: string }[];
  inProduction: string | null;
  /** `health`: where the demo ran, nothing answers requests. */
  judgedBy: "traffic" | "health";
  requestsSent: number;
  requestsFailedBySwitching: number;
  requestsFailedByService: number;
  requestsByVersion: Record<string, number>;
  secondsFromBadMetricToZeroCanaryTraffic: number | null;
  serverReadyMs: number;
  seconds: number;
};

/** Holds the outcome against what the demo promises. */
export function summarize(outcome: Outcome, options: DemoOptions, serverReadyMs: number, seconds: number): Summary {
  const problems: string[] = [];
  const { good, bad, load } = outcome;
  if (good.status !== "SUCCEEDED") problems.push(`version 2 was not promoted: ${good.reason}`);
  if (bad.status === "SUCCEEDED") problems.push("version 3 was promoted");
  else if (load !== null && bad.verdict !== "fail" && bad.verdict !== "marginal")
    problems.push(`version 3 was stopped, but not by its score: ${bad.reason}`);
  if (load !== null && load.failedBySwitching > 0)
    problems.push(`${load.failedBySwitching} requests failed by switching: ${outcome.failures.slice(0, 3).join("; ")}`);
  if (good.status === "SUCCEEDED" && bad.status !== "SUCCEEDED" && outcome.inProduction !== "v2") {
    problems.push(`production should be v2 and is ${outcome.inProduction ?? "not one version"}`);
  }
  if (outcome.leftovers.length > 0) problems.push(`left behind: ${outcome.leftovers.join(", ")}`);
  if (options.fault === "none" && bad.status === "SUCCEEDED")
    problems.push("(with --fault none version 3 is as good as version 2, so this is expected)");
  return {
    ok: problems.length === 0,
    problems,
    versions: [good, bad].map(({ version, status, scores, verdict, reason }) => ({
      version,
      status,
      scores,
      verdict,
      reason,
    })),
    inProduction: outcome.inProduction,
    judgedBy: load === null ? "health" : "traffic",
    requestsSent: load?.sent ?? 0,
    requestsFailedBySwitching: load?.failedBySwitching ?? 0,
    requestsFailedByService: load?.failedByService ?? 0,
    requestsByVersion: load?.byVersion ?? {},
    secondsFromBadMetricToZeroCanaryTraffic: outcome.secondsFromBadMetricToZeroTraffic,
    serverReadyMs,
    seconds: Math.round(seconds * 10) / 10,
  };
}

/** The summary as a person reads it. */
export function summaryText(summary: Summary): string {
  const rows: [string, string][] = [
    ...summary.versions.map((each): [string, string] => [
      `version ${each.version.slice(1)}`,
      `${each.status === "SUCCEEDED" ? "promoted" : "taken back"}, scores ${each.scores.map((score) => score ?? "none").join(", ") || "none"}`,
    ]),
    ["in production", summary.inProduction ?? "unclear"],
    ...(summary.judgedBy === "traffic" ? requestRows(summary) : healthRows),
    ["server ready after", `${summary.serverReadyMs} ms`],
    ["whole demo", `${summary.seconds} s`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  return [summary.ok ? "Done as promised." : `Not as promised: ${summary.problems.join("; ")}`, ...lines].join("\n");
}

const healthRows: [string, string][] = [["judged by", "health alone: nothing answers requests there"]];

function requestRows(summary: Summary): [string, string][] {
  return [
    ["requests sent", String(summary.requestsSent)],
    ["failed by switching", String(summary.requestsFailedBySwitching)],
    ["errors of the service itself", String(summary.requestsFailedByService)],
    [
      "bad metric to zero traffic",
      summary.secondsFromBadMetricToZeroCanaryTraffic === null
        ? "–"
        : `${summary.secondsFromBadMetricToZeroCanaryTraffic} s`,
    ],
  ];
}
