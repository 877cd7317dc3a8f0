import type { CanaryRun } from "@gennaker/contract/resources/canary.ts";

export type Chart = {
  width: number;
  height: number;
  /** The score as a step over the runs; a run without a score interrupts it. */
  path: string;
  points: { id: string; x: number; y: number; score: number }[];
  passY: number;
  marginalY: number;
};

const size = { width: 320, height: 120, top: 8, bottom: 18, left: 30, right: 8 };

export function yOf(score: number): number {
  const clamped = Math.max(0, Math.min(100, score));
  return size.top + (1 - clamped / 100) * (size.height - size.top - size.bottom);
}

/** Geometry of the score chart: one step per planned run, from left to right. */
export function scoreChart(
  runs: readonly Pick<CanaryRun, "id" | "index" | "planned" | "score" | "thresholds">[],
): Chart {
  const planned = Math.max(1, ...runs.map((run) => Math.max(run.planned, run.index)));
  const step = (size.width - size.left - size.right) / planned;
  const round = (value: number) => Math.round(value * 10) / 10;
  let path = "";
  let drawing = false;
  const points: Chart["points"] = [];
  for (const run of runs) {
    if (run.score === null) {
      drawing = false;
      continue;
    }
    const x = round(size.left + (run.index - 1) * step);
    const y = round(yOf(run.score));
    path += `${drawing ? "V" : `M${x} `}${y}H${round(x + step)}`;
    drawing = true;
    points.push({ id: run.id, x: round(x + step / 2), y, score: run.score });
  }
  const thresholds = runs.at(-1)?.thresholds ?? { pass: 100, marginal: 0 };
  return {
    width: size.width,
    height: size.height,
    path,
    points,
    passY: round(yOf(thresholds.pass)),
    marginalY: round(yOf(thresholds.marginal)),
  };
}
