import type { CanarySettings } from "./settings.ts";

/** Start inclusive, end exclusive, epoch milliseconds. */
export type Window = { start: number; end: number };

/** One judgement to come: `index` counts from 1, `due` is when its data are complete. */
export type PlannedRun = { index: number; due: number; control: Window; experiment: Window };

export type Schedule = { runs: number; intervalMs: number; run(index: number): PlannedRun };

const minute = 60_000;

/**
 * When a canary is judged over which data, by Orca's rules (RunCanaryIntervalsStage):
 * - the interval is the one given, or the lifetime when none is given, or zero, or more than the lifetime;
 * - there are floor(lifetime / interval) runs;
 * - run i looks at start + warm-up … start + warm-up + i × interval (growing), or at the last `lookback` of that (sliding);
 * - with an end time the lifetime is what lies between start and end, in whole minutes, and windows begin at the start itself;
 * - the baseline's window may lie earlier by the offset.
 *
 * Differences: intervals may be shorter than a minute, and there is always at least one run.
 *
 * @param begunAt when the analysis began; the start of the windows unless the first scope has a start time
 */
export function planSchedule(settings: CanarySettings, begunAt: number): Schedule {
  const first = settings.scopes[0];
  const origin = first?.start ?? begunAt;
  const end = first?.end ?? null;
  const spanned = end === null ? (settings.lifetimeMs ?? 0) : end - origin;
  const lifetime = end !== null && spanned >= minute ? Math.floor(spanned / minute) * minute : spanned;
  const given = settings.intervalMs ?? 0;
  const intervalMs = given === 0 || given > lifetime ? lifetime : given;
  const runs = Math.max(1, Math.floor(lifetime / intervalMs) || 1);
  const windowsFrom = end === null ? origin + settings.warmupMs : origin;
  return {
    runs,
    intervalMs,
    run(index) {
      const windowEnd = windowsFrom + index * intervalMs;
      const start = settings.lookbackMs > 0 ? windowEnd - settings.lookbackMs : windowsFrom;
      const shift = settings.baselineOffsetMs;
      return {
        index,
        due:
          end === null
            ? begunAt + settings.warmupMs + index * intervalMs
            : Math.max(begunAt + settings.warmupMs, windowEnd),
        control: { start: start - shift, end: windowEnd - shift },
        experiment: { start, end: windowEnd },
      };
    },
  };
}
