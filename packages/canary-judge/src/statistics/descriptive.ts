import type { MetricStatistics } from "../types.ts";

/**
 * Descriptive statistics with the summation order of commons-math 3, so that results agree to the last bit. Values
 * are read in the order given; nothing here skips NaN, callers have removed or replaced it.
 */

/** Arithmetic mean in two passes (the second adds the mean rounding error back); NaN for no values. */
export function mean(values: Float64Array): number {
  const count = values.length;
  if (count === 0) return Number.NaN;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[i] as number;
  const first = sum / count;
  let correction = 0;
  for (let i = 0; i < count; i++) correction += (values[i] as number) - first;
  return first + correction / count;
}

/** Sample variance (n - 1) by the corrected two-pass rule (Chan, Golub, LeVeque 1983); 0 for one value. */
export function variance(values: Float64Array): number {
  const count = values.length;
  if (count === 0) return Number.NaN;
  if (count === 1) return 0;
  const centre = mean(values);
  let squares = 0;
  let deviations = 0;
  for (let i = 0; i < count; i++) {
    const deviation = (values[i] as number) - centre;
    squares += deviation * deviation;
    deviations += deviation;
  }
  return (squares - (deviations * deviations) / count) / (count - 1);
}

/** Smallest value; of zeros with different signs the last counts. NaN for no values. */
export function minimum(values: Float64Array): number {
  if (values.length === 0) return Number.NaN;
  let kept = values[0] as number;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isNaN(value)) kept = kept < value ? kept : value;
  }
  return kept;
}

/** Largest value; of zeros with different signs the last counts. NaN for no values. */
export function maximum(values: Float64Array): number {
  if (values.length === 0) return Number.NaN;
  let kept = values[0] as number;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isNaN(value)) kept = kept > value ? kept : value;
  }
  return kept;
}

/** The figures shown for one side of a metric; an empty side shows zeros. */
export function summarise(values: Float64Array): MetricStatistics {
  if (values.length === 0) return { min: 0, max: 0, mean: 0, std: 0, count: 0 };
  return {
    min: minimum(values),
    max: maximum(values),
    mean: mean(values),
    std: Math.sqrt(variance(values)),
    count: values.length,
  };
}
