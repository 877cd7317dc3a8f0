import type { ResultSeries } from "../../../observe/samples/api.ts";
import type { Window } from "@gennaker/pipeline-model/canary/windows.ts";

/** Kayenta's scope of one side of a pair, as it stands in stored results. */
export type PairScope = { startTimeIso: string; startTimeMillis: number; stepMillis: number };

/** The two series of one metric and one set of tags; NaN is a hole. */
export type CanaryPair = {
  name: string;
  id: string;
  tags: Record<string, string>;
  values: { control: number[]; experiment: number[] };
  scopes: { control: PairScope; experiment: PairScope };
};

export type Side = { series: readonly ResultSeries[]; window: Window; stepMs: number };

/**
 * Pairs the series of both sides by their tags. A side that lacks a series gets holes of the expected length, a short one
 * is filled up with holes. Without any series there is one pair of holes, so that the metric is judged as without data.
 */
export function pairSeries(metric: string, control: Side, experiment: Side): CanaryPair[] {
  const tags = new Map<string, Record<string, string>>();
  for (const series of [...control.series, ...experiment.series]) tags.set(keyOf(series.labels), { ...series.labels });
  if (tags.size === 0) tags.set(keyOf({}), {});
  return [...tags].map(([key, labels]) => {
    const sides = { control: valuesOf(control, key), experiment: valuesOf(experiment, key) };
    const length = Math.max(sides.control.length, sides.experiment.length);
    return {
      name: metric,
      id: key === "[]" ? metric : `${metric} ${key}`,
      tags: labels,
      values: { control: padded(sides.control, length), experiment: padded(sides.experiment, length) },
      scopes: { control: scopeOf(control), experiment: scopeOf(experiment) },
    };
  });
}

function keyOf(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).sort(([left], [right]) => (left < right ? -1 : 1)));
}

function valuesOf(side: Side, key: string): number[] {
  const expected = Math.max(0, Math.ceil((side.window.end - side.window.start) / side.stepMs));
  const found = side.series.find((series) => keyOf(series.labels) === key);
  return padded(found?.values ?? [], expected);
}

function padded(values: readonly number[], length: number): number[] {
  return values.length >= length ? [...values] : [...values, ...Array<number>(length - values.length).fill(NaN)];
}

function scopeOf(side: Side): PairScope {
  return {
    startTimeIso: new Date(side.window.start).toISOString(),
    startTimeMillis: side.window.start,
    stepMillis: side.stepMs,
  };
}
