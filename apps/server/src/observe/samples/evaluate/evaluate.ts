import type { Labels, ResultSeries, SampleQuery } from "../api.ts";
import { ratePerStep, segmentsOf, sumKnown } from "./counter.ts";
import { meanPerStep } from "./gauge.ts";
import { bucketQuantile, parseBound } from "./quantile.ts";
import type { SeriesData, Steps } from "./types.ts";

/** What a query needs read: `main` is the metric itself (with its parts), `of` the denominator of a ratio. */
export type Selection = { names: string[]; where: Record<string, string> };

export function selectionsOf(query: SampleQuery): { main: Selection; of: Selection | null } {
  const { metric, where } = query;
  switch (query.function) {
    case "quantile":
      return { main: { names: [metric.endsWith("_bucket") ? metric : `${metric}_bucket`], where }, of: null };
    case "mean":
      return { main: { names: [metric, `${metric}_sum`, `${metric}_count`], where }, of: null };
    case "ratio":
      return {
        main: { names: [metric], where },
        of: { names: [query.of?.metric ?? metric], where: query.of?.where ?? scopeOnly(query) },
      };
    case "rate":
      return { main: { names: [metric], where }, of: null };
  }
}

/** Labels that say whose metric it is. A denominator without its own matcher is the same scope without the rest. */
const scopeLabels = new Set([
  "application",
  "account",
  "region",
  "cluster",
  "server_group",
  "instance",
  "zone",
  "load_balancer",
]);

function scopeOnly(query: SampleQuery): Record<string, string> {
  return Object.fromEntries(Object.entries(query.where).filter(([label]) => scopeLabels.has(label)));
}

/**
 * Answers a query from what was read. `numeratorKnown`: a ratio's metric has series somewhere, so that its absence
 * beside a living denominator means zero (a counter of errors appears with the first error) and not a misspelt name.
 */
export function evaluate(
  query: SampleQuery,
  main: readonly SeriesData[],
  of: readonly SeriesData[],
  numeratorKnown: boolean,
): ResultSeries[] {
  const steps = stepsOf(query);
  const compute = (top: readonly SeriesData[], bottom: readonly SeriesData[]): Float64Array => {
    switch (query.function) {
      case "rate":
        return total(top, steps);
      case "ratio":
        return ratio(total(top, steps), total(bottom, steps), numeratorKnown);
      case "quantile":
        return quantile(query.q ?? 0.5, top, steps);
      case "mean":
        return mean(query.metric, top, steps);
    }
  };
  return grouped(query.groupBy ?? [], main, of).map(({ labels, top, bottom }) => ({
    labels,
    start: steps.start,
    stepMs: steps.stepMs,
    values: [...compute(top, bottom)],
  }));
}

function stepsOf(query: SampleQuery): Steps {
  return {
    start: query.start,
    stepMs: query.stepMs,
    count: Math.max(0, Math.ceil((query.end - query.start) / query.stepMs)),
  };
}

type Group = { labels: Labels; top: SeriesData[]; bottom: SeriesData[] };

function grouped(groupBy: readonly string[], main: readonly SeriesData[], of: readonly SeriesData[]): Group[] {
  const groups = new Map<string, Group>();
  const groupFor = (series: SeriesData): Group => {
    const labels = Object.fromEntries(
      groupBy.flatMap((label) => (series.labels[label] === undefined ? [] : [[label, series.labels[label]]])),
    );
    const key = JSON.stringify(groupBy.map((label) => series.labels[label] ?? null));
    const group = groups.get(key) ?? { labels, top: [], bottom: [] };
    groups.set(key, group);
    return group;
  };
  for (const series of main) groupFor(series).top.push(series);
  for (const series of of) groupFor(series).bottom.push(series);
  return [...groups.values()];
}

/** Rates of counters, means of gauges, added over all series. */
function total(series: readonly SeriesData[], steps: Steps): Float64Array {
  return sumKnown(
    series.map((one) => (one.kind === "gauge" ? meanPerStep([one], steps) : ratePerStep(segmentsOf(one), steps))),
    steps.count,
  );
}

function ratio(top: Float64Array, bottom: Float64Array, numeratorKnown: boolean): Float64Array {
  return bottom.map((below, step) => {
    const above = top[step] ?? NaN;
    return below > 0 ? (Number.isNaN(above) && numeratorKnown ? 0 : above / below) : NaN;
  });
}

function quantile(q: number, series: readonly SeriesData[], steps: Steps): Float64Array {
  const byBound = new Map<number, SeriesData[]>();
  for (const one of series) {
    const le = parseBound(one.labels["le"]);
    if (!Number.isNaN(le)) byBound.set(le, [...(byBound.get(le) ?? []), one]);
  }
  const bounds = [...byBound].map(([le, group]) => ({ le, rates: total(group, steps) }));
  return Float64Array.from({ length: steps.count }, (_, step) =>
    bucketQuantile(
      q,
      bounds.map(({ le, rates }) => ({ le, count: rates[step] ?? NaN })),
    ),
  );
}

/** Mean of a gauge's readings; of a histogram or summary, growth of the sum by growth of the count. */
function mean(metric: string, series: readonly SeriesData[], steps: Steps): Float64Array {
  const own = series.filter((one) => one.name === metric && one.kind !== "summary");
  if (own.length > 0) return meanPerStep(own, steps);
  const sums = total(
    series.filter((one) => one.name === `${metric}_sum`),
    steps,
  );
  const counts = total(
    series.filter((one) => one.name === `${metric}_count`),
    steps,
  );
  return sums.map((sum, step) => ((counts[step] ?? 0) > 0 ? sum / (counts[step] ?? NaN) : NaN));
}
