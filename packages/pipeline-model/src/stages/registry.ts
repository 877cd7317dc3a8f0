import { readCanaryStage } from "../canary/settings.ts";
import * as artifacts from "./artifacts.ts";
import { checkPreconditionSchema } from "./check-preconditions.ts";
import * as kubernetes from "./kubernetes.ts";
import { manualJudgmentSchema } from "./manual-judgment.ts";
import { dependsOnExecutionSchema, monitorPipelineSchema, noopSchema, pipelineStageSchema } from "./pipeline.ts";
import { scriptProblems, scriptSchema } from "./script.ts";
import { runMultiplePipelinesSchema } from "./run-multiple-pipelines.ts";
import * as groups from "./server-groups.ts";
import { shiftTrafficSchema, upsertLoadBalancerSchema } from "./traffic.ts";
import { waitSchema } from "./wait.ts";
import { conditionProblems, waitForConditionSchema } from "./wait-for-condition.ts";
import { webhookSchema } from "./webhook.ts";
import type { StageRules } from "./rules.ts";
import {
  checkPreconditionsRules,
  clusterProblems,
  pipelineProblems,
  rulesOf,
  rulesWith,
  targetProblems,
  webhookProblems,
  weightProblems,
} from "./rules.ts";

/** The rules of every stage type whose fields are known without a server, by registry key. */
export const stageRules: ReadonlyMap<string, StageRules> = new Map([
  ["wait", rulesOf(waitSchema)],
  ["manualJudgment", rulesOf(manualJudgmentSchema)],
  ["checkPreconditions", checkPreconditionsRules],
  ["checkPrecondition", rulesOf(checkPreconditionSchema)],
  ["webhook", rulesWith(rulesOf(webhookSchema), webhookProblems)],
  ["script", rulesWith(rulesOf(scriptSchema), scriptProblems)],
  ["pipeline", rulesWith(rulesOf(pipelineStageSchema), pipelineProblems)],
  ["monitorPipeline", rulesOf(monitorPipelineSchema)],
  ["dependsOnExecution", rulesOf(dependsOnExecutionSchema)],
  ["noop", rulesOf(noopSchema)],
  ["evaluateVariables", rulesOf(artifacts.evaluateVariablesSchema)],
  ["evaluateArtifacts", rulesOf(artifacts.evaluateArtifactsSchema)],
  ["findArtifactFromExecution", rulesOf(artifacts.findArtifactFromExecutionSchema)],
  ["savePipelinesFromArtifact", rulesOf(artifacts.savePipelinesFromArtifactSchema)],
  ["waitUntil", rulesOf(artifacts.waitUntilSchema)],
  ["waitForCondition", rulesWith(rulesOf(waitForConditionSchema), conditionProblems)],
  ["runMultiplePipelines", rulesOf(runMultiplePipelinesSchema)],
  ["deploy", rulesOf(groups.deploySchema)],
  ["createServerGroup", rulesOf(groups.clusterSchema)],
  ["cloneServerGroup", rulesOf(groups.cloneServerGroupSchema)],
  ["resizeServerGroup", rulesWith(rulesOf(groups.resizeServerGroupSchema), targetProblems)],
  ["enableServerGroup", rulesWith(rulesOf(groups.enableServerGroupSchema), targetProblems)],
  ["disableServerGroup", rulesWith(rulesOf(groups.disableServerGroupSchema), targetProblems)],
  ["destroyServerGroup", rulesWith(rulesOf(groups.destroyServerGroupSchema), targetProblems)],
  ["rollbackServerGroup", rulesOf(groups.rollbackServerGroupSchema)],
  ["rollbackCluster", rulesWith(rulesOf(groups.rollbackClusterSchema), clusterProblems)],
  ["disableCluster", rulesWith(rulesOf(groups.disableClusterSchema), clusterProblems)],
  ["shrinkCluster", rulesWith(rulesOf(groups.shrinkClusterSchema), clusterProblems)],
  ["scaleDownCluster", rulesWith(rulesOf(groups.scaleDownClusterSchema), clusterProblems)],
  ["upsertLoadBalancer", rulesOf(upsertLoadBalancerSchema)],
  ["kayentaCanary", { validate: (stage) => readCanaryStage(stage).problems }],
  ["deployManifest", rulesWith(rulesOf(kubernetes.deployManifestSchema), kubernetes.selectorProblems)],
  ["bakeManifest", rulesWith(rulesOf(kubernetes.bakeManifestSchema), kubernetes.bakeProblems)],
  ["deleteManifest", rulesWith(rulesOf(kubernetes.deleteManifestSchema), kubernetes.manifestTargetProblems)],
  ["scaleManifest", rulesWith(rulesOf(kubernetes.scaleManifestSchema), kubernetes.scaleProblems)],
  ["patchManifest", rulesWith(rulesOf(kubernetes.patchManifestSchema), kubernetes.patchProblems)],
  ["undoRolloutManifest", rulesWith(rulesOf(kubernetes.undoRolloutManifestSchema), kubernetes.undoProblems)],
  ["rollingRestartManifest", rulesWith(rulesOf(kubernetes.targetManifestSchema), kubernetes.manifestTargetProblems)],
  ["pauseRolloutManifest", rulesWith(rulesOf(kubernetes.targetManifestSchema), kubernetes.manifestTargetProblems)],
  ["resumeRolloutManifest", rulesWith(rulesOf(kubernetes.targetManifestSchema), kubernetes.manifestTargetProblems)],
  ["enableManifest", rulesWith(rulesOf(kubernetes.switchManifestSchema), kubernetes.manifestTargetProblems)],
  ["disableManifest", rulesWith(rulesOf(kubernetes.switchManifestSchema), kubernetes.manifestTargetProblems)],
  ["findArtifactsFromResource", rulesWith(rulesOf(kubernetes.targetManifestSchema), kubernetes.manifestTargetProblems)],
  ["resolveTargetManifest", rulesWith(rulesOf(kubernetes.targetManifestSchema), kubernetes.manifestTargetProblems)],
  ["runJobManifest", rulesOf(kubernetes.runJobManifestSchema)],
  ["runJob:kubernetes", rulesOf(kubernetes.runJobOnKubernetesSchema)],
  ["cleanupArtifacts", rulesOf(kubernetes.cleanupArtifactsSchema)],
  ["shiftTraffic", rulesWith(rulesOf(shiftTrafficSchema), weightProblems)],
]);

/** The rules of a type of this list; a type that is not in it is a fault of the program. */
export function rulesFor(type: string): StageRules {
  const rules = stageRules.get(type);
  if (rules === undefined) throw new Error(`no rules for stage type ${type}`);
  return rules;
}
