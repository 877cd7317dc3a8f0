import { count, filledText, flag, map, maybe, number, object, text } from "../fields.ts";

/** Which monitor judges a deploy, and what this deploy wants of it. */
export const deploymentMonitorSchema = object({
  id: filledText,
  parameters: maybe(map),
  maxAnalysisMinutesOverride: maybe(count),
  failOnErrorOverride: maybe(flag),
});

/** What the stages of a monitored deploy read. */
export const monitoredDeploySchema = object({
  deploymentMonitor: deploymentMonitorSchema,
  application: maybe(text),
  account: maybe(text),
  region: maybe(text),
  cloudProvider: maybe(text),
  newServerGroup: maybe(text),
  oldServerGroup: maybe(text),
  currentProgress: maybe(number),
  hasDeploymentFailed: maybe(flag),
  /** True: the failed deploy is rolled back, so its end is told. */
  rollsBack: maybe(flag),
});
