/** Old names of stage types, as older pipelines still carry them, and what they are called now. */
const stageAliases: ReadonlyMap<string, string> = new Map([
  ["linearDeploy", "deploy"],
  ["parallelDeploy", "deploy"],
  ["copyLastAsg", "cloneServerGroup"],
  ["resizeAsg", "resizeServerGroup"],
  ["enableAsg", "enableServerGroup"],
  ["disableAsg", "disableServerGroup"],
  ["destroyAsg", "destroyServerGroup"],
  ["modifyAsgLaunchConfiguration", "updateLaunchConfig"],
  ["quickPatchASG", "quickPatch"],
  ["findAmi", "findImage"],
  ["upsertAmazonLoadBalancer", "upsertLoadBalancer"],
  ["runJob_kubernetes", "runJobManifest"],
  ["findArtifactFromResource", "findArtifactsFromResource"],
]);

/** Old names of strategies. */
const strategyAliases: ReadonlyMap<string, string> = new Map([
  ["red/black", "redblack"],
  ["redBlack", "redblack"],
  ["rollingRedBlack", "rollingredblack"],
  ["rolling_red_black", "rollingredblack"],
]);

/** Today's name of a stage type that was renamed, null for one that was not. */
export function currentStageType(type: string): string | null {
  return stageAliases.get(type) ?? null;
}

export function currentStrategy(strategy: string): string | null {
  return strategyAliases.get(strategy) ?? null;
}

/** Every renamed stage type, old name and today's. */
export function stageAliasTable(): (readonly [old: string, now: string])[] {
  return [...stageAliases];
}
