import { capacity, choice, count, flag, list, map, maybe, number, object, percent, text } from "../fields.ts";
import { clusterFields, targetFields } from "./server-group-fields.ts";

export const clusterSchema = object(clusterFields);
export const deploySchema = object({
  clusters: maybe(list(clusterSchema)),
  account: maybe(text),
  cloudProvider: maybe(text),
});
export const cloneServerGroupSchema = object({ ...targetFields, ...clusterFields, targetCluster: maybe(text) });

export const resizeActions = [
  "scale_exact",
  "scale_up",
  "scale_down",
  "scale_to_cluster",
  "scale_to_server_group",
] as const;
export const resizeServerGroupSchema = object({
  ...targetFields,
  action: maybe(choice(resizeActions)),
  /** "exact" wins over the action; "pct" and "incr" are what the UI of Spinnaker remembers of its form. */
  resizeType: maybe(text),
  capacity: maybe(capacity),
  targetSize: maybe(count),
  scalePct: maybe(number),
  scaleNum: maybe(count),
  source: maybe(
    object({ serverGroupName: maybe(text), asgName: maybe(text), region: maybe(text), credentials: maybe(text) }),
  ),
  targetHealthyDeployPercentage: maybe(percent),
  progressDeadlineSec: maybe(count),
  neverShrink: maybe(flag),
});
export const enableServerGroupSchema = object({ ...targetFields, targetHealthyDeployPercentage: maybe(percent) });
export const disableServerGroupSchema = object({
  ...targetFields,
  desiredPercentage: maybe(percent),
  drainTimeoutSec: maybe(count),
});
export const destroyServerGroupSchema = object({ ...targetFields, drainTimeoutSec: maybe(count) });

export const rollbackTypes = ["EXPLICIT", "PREVIOUS_IMAGE", "TEST"] as const;
export const rollbackServerGroupSchema = object({
  ...targetFields,
  rollbackType: maybe(choice(rollbackTypes)),
  rollbackContext: object({
    rollbackServerGroupName: maybe(text),
    restoreServerGroupName: maybe(text),
    targetHealthyRollbackPercentage: maybe(percent),
    delayBeforeDisableSeconds: maybe(count),
    disableOnly: maybe(flag),
    enableAndDisableOnly: maybe(flag),
    /** PREVIOUS_IMAGE: what to go back to, unless it is what the server group replaced. */
    imageName: maybe(text),
    imageId: maybe(text),
    /** TEST: seconds. */
    waitTime: maybe(count),
  }),
});
export const rollbackClusterSchema = object({
  ...targetFields,
  waitTimeBetweenRegions: maybe(count),
  targetHealthyRollbackPercentage: maybe(percent),
  additionalRollbackContext: maybe(map),
});
export const disableClusterSchema = object({
  ...targetFields,
  remainingEnabledServerGroups: maybe(count),
  preferLargerOverNewer: maybe(flag),
  targetHealthyDeployPercentage: maybe(percent),
});
export const shrinkClusterSchema = object({
  ...targetFields,
  shrinkToSize: maybe(count),
  allowDeleteActive: maybe(flag),
  retainLargerOverNewer: maybe(flag),
  targetHealthyDeployPercentage: maybe(percent),
  runDisableClusterStep: maybe(flag),
});
export const scaleDownClusterSchema = object({
  ...targetFields,
  remainingFullSizeServerGroups: maybe(count),
  allowScaleDownActive: maybe(flag),
  preferLargerOverNewer: maybe(flag),
});
