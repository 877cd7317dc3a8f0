import type { JsonObject } from "@gennaker/contract/json.ts";
import type { RunSummary } from "../../run/run-store.ts";
import type { Decision } from "../../run/verdict.ts";

/** The stage carries this many of its latest runs; all of them are in the database. */
const shownRuns = 100;

/** What the stage shows of its runs: Orca's `canaryScores` and `canaryScoreMessage`, and ours beside them. */
export function progressOf(runs: readonly RunSummary[], decision: Decision): JsonObject {
  const latest = runs.at(-1);
  return {
    canaryScores: runs.map((run) => run.score),
    ...(decision.state === "go on" ? {} : { canaryScoreMessage: decision.message }),
    ...(latest === undefined
      ? {}
      : { canaryScore: latest.score, verdict: latest.verdict, reason: latest.reason, warnings: latest.warnings }),
    intervals: runs.slice(-shownRuns).map(({ index, planned, start, end, judgedAt, score, verdict, reason }) => ({
      index,
      planned,
      start,
      end,
      judgedAt,
      score,
      verdict,
      reason,
    })),
  };
}
