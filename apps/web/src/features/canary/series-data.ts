import type { CanaryMetric } from "@gennaker/contract/resources/canary.ts";

type Series = CanaryMetric["series"]["baseline"];
type Values = (number | null)[];

/** Both series on one time axis (seconds since 1970), as uPlot takes them; where a series has no point stands null. */
export function alignSeries(baseline: Series, canary: Series): [number[], Values, Values] {
  const points = (series: Series) =>
    new Map(series.values.map((value, index) => [Math.round(Date.parse(series.start) + index * series.stepMs), value]));
  const [left, right] = [points(baseline), points(canary)];
  const times = [...new Set([...left.keys(), ...right.keys()])].sort((a, b) => a - b);
  return [
    times.map((time) => time / 1000),
    times.map((time) => left.get(time) ?? null),
    times.map((time) => right.get(time) ?? null),
  ];
}
