/**
 * Stage types that bring something new into service, take something out of it, or move traffic: what a freeze calendar holds that
 * names no types. Ways back (rollbacks, undoing a rollout) are free: a freeze must not stand between a fault and its remedy.
 */
const deploying: ReadonlySet<string> = new Set([
  "deploy",
  "createServerGroup",
  "cloneServerGroup",
  "resizeServerGroup",
  "enableServerGroup",
  "disableServerGroup",
  "destroyServerGroup",
  "disableCluster",
  "shrinkCluster",
  "scaleDownCluster",
  "shiftTraffic",
  "upsertLoadBalancer",
  "deleteLoadBalancer",
  "deployManifest",
  "patchManifest",
  "scaleManifest",
  "deleteManifest",
  "rollingRestartManifest",
  "enableManifest",
  "disableManifest",
  "deployCloudrunManifest",
  "deployCloudFormation",
  "deployService",
  "destroyService",
  "updateLaunchConfig",
  "upsertScalingPolicy",
  "terminateInstances",
]);

/** Does a stage type change what runs, other than back to what ran before? */
export function deploys(stageType: string): boolean {
  return deploying.has(stageType);
}
