import type { Labels, Sample } from "../samples/api.ts";
import type { ExposedSample } from "./exposition/types.ts";

/** What a target's previous good scrape showed; null when there was none lately. */
export type Previous = { time: number; cumulative: ReadonlySet<string> } | null;

/** A time given by the target is taken only when it is about now: far-off ones would be misplaced for good. */
const oldestMs = 3_600_000;
const newestMs = 60_000;

/**
 * Turns one scrape into samples with the target's labels.
 * A counter that was not there in the previous scrape grew from zero since then: a zero is added at that time, so that
 * the first error of a service is not lost.
 */
export function toSamples(
  exposed: readonly ExposedSample[],
  labels: Labels,
  time: number,
  previous: Previous,
): { samples: Sample[]; cumulative: Set<string> } {
  const samples: Sample[] = [];
  const cumulative = new Set<string>();
  for (const { name, labels: own, value, time: given, kind, cumulative: grows } of exposed) {
    const merged = mergeLabels(own, labels);
    const at = given !== null && given > time - oldestMs && given < time + newestMs ? given : time;
    if (grows) {
      const key = keyOf(name, own);
      if (previous !== null && !cumulative.has(key) && !previous.cumulative.has(key) && value > 0) {
        samples.push({ name, labels: merged, kind, time: previous.time, value: 0 });
      }
      cumulative.add(key);
    }
    samples.push({ name, labels: merged, kind, time: at, value });
  }
  return { samples, cumulative };
}

/** The target's labels win; what they replace is kept as `exported_NAME`. Empty labels are as good as none. */
export function mergeLabels(own: Labels, target: Labels): Labels {
  const merged: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) {
    if (value === "") continue;
    let free = name;
    // Rarely, `exported_x` itself is exposed or a target label too.
    while (target[free] !== undefined || merged[free] !== undefined || (free !== name && own[free] !== undefined))
      free = `exported_${free}`;
    merged[free] = value;
  }
  for (const [name, value] of Object.entries(target)) if (value !== "") merged[name] = value;
  return merged;
}

function keyOf(name: string, labels: Labels): string {
  return JSON.stringify([name, labels]);
}

/** The scraper's own two series about a target. */
export function ownSamples(labels: Labels, time: number, up: boolean, seconds: number): Sample[] {
  return [
    { name: "up", labels, kind: "gauge", time, value: up ? 1 : 0 },
    { name: "scrape_duration_seconds", labels, kind: "gauge", time, value: seconds },
  ];
}
