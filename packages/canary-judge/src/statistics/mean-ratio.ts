import { mean } from "./descriptive.ts";

/**
 * Mean of the experiment over mean of the control; NaN if either mean is 0. With means of different signs it is
 * negative, with two negative means it is above 1 when the experiment is *lower*.
 */
export function meanRatio(control: Float64Array, experiment: Float64Array): number {
  const baseline = mean(control);
  const canary = mean(experiment);
  return baseline === 0 || canary === 0 ? Number.NaN : canary / baseline;
}

/**
 * 1 + relative change of the mean, measured against the size of the control's mean: above 1 means higher whatever the
 * signs. Equals the mean ratio for a positive control. NaN if the control's mean is 0.
 */
export function signedMeanRatio(control: Float64Array, experiment: Float64Array): number {
  const baseline = mean(control);
  return baseline === 0 ? Number.NaN : 1 + (mean(experiment) - baseline) / Math.abs(baseline);
}
