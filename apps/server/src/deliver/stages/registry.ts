import type { StageType } from "../../engine/api.ts";
import { cloneServerGroupStage } from "./clone-server-group/stage.ts";
import { inStrategies } from "./strategies/strategy-run.ts";
import { checkPreconditionStage, checkPreconditionsStage } from "./check-preconditions/stage.ts";
import { createServerGroupStage } from "./create-server-group/stage.ts";
import { deployStage } from "./deploy/stage.ts";
import type { DeliverDeps } from "./deps.ts";
import { destroyServerGroupStage } from "./destroy-server-group/stage.ts";
import { dependsOnExecutionStage } from "./depends-on-execution/stage.ts";
import { disableClusterStage } from "./disable-cluster/stage.ts";
import { disableServerGroupStage } from "./disable-server-group/stage.ts";
import { evaluateArtifactsStage } from "./evaluate-artifacts/stage.ts";
import { evaluateVariablesStage } from "./evaluate-variables/stage.ts";
import { findArtifactFromExecutionStage } from "./find-artifact-from-execution/stage.ts";
import { runMultiplePipelinesStage } from "./run-multiple-pipelines/stage.ts";
import { savePipelinesFromArtifactStage } from "./save-pipelines-from-artifact/stage.ts";
import { waitForConditionStage } from "./wait-for-condition/stage.ts";
import { waitUntilStage } from "./wait-until/stage.ts";
import { enableServerGroupStage } from "./enable-server-group/stage.ts";
import { manualJudgmentStage } from "./manual-judgment/stage.ts";
import { monitorPipelineStage } from "./monitor-pipeline/stage.ts";
import { monitoredDeployStages } from "./monitored-deploy/stages.ts";
import { noopStage } from "./noop/stage.ts";
import { ownStages } from "./preconfigured/own-stages.ts";
import { scriptStage } from "./script/stage.ts";
import { pipelineStage } from "./pipeline/stage.ts";
import { resizeServerGroupStage } from "./resize-server-group/stage.ts";
import { rollbackClusterStage } from "./rollback-cluster/stage.ts";
import { rollbackServerGroupStage } from "./rollback-server-group/stage.ts";
import { scaleDownClusterStage } from "./scale-down-cluster/stage.ts";
import { settleFailedDeployStage } from "./settle-failed-deploy/stage.ts";
import { shrinkClusterStage } from "./shrink-cluster/stage.ts";
import { waitStage } from "./wait/stage.ts";
import { webhookStage } from "./webhook/stage.ts";

/** Every stage type of delivery that does not belong to one provider, one line each. */
export function createDeliverStages(deps: DeliverDeps): readonly StageType[] {
  const types: readonly StageType[] = [
    waitStage(),
    manualJudgmentStage(deps),
    checkPreconditionsStage(),
    checkPreconditionStage(deps),
    webhookStage(deps),
    scriptStage(deps),
    pipelineStage(deps),
    runMultiplePipelinesStage(deps),
    monitorPipelineStage(deps),
    dependsOnExecutionStage(deps),
    noopStage(),
    evaluateVariablesStage(),
    evaluateArtifactsStage(),
    findArtifactFromExecutionStage(deps),
    savePipelinesFromArtifactStage(deps),
    waitUntilStage(),
    waitForConditionStage(deps),
    deployStage(deps),
    createServerGroupStage(deps),
    settleFailedDeployStage(deps),
    ...monitoredDeployStages(deps),
    cloneServerGroupStage(deps),
    resizeServerGroupStage(deps),
    enableServerGroupStage(deps),
    disableServerGroupStage(deps),
    destroyServerGroupStage(deps),
    disableClusterStage(deps),
    shrinkClusterStage(deps),
    scaleDownClusterStage(deps),
    rollbackServerGroupStage(deps),
    rollbackClusterStage(deps),
  ];
  return [
    ...types.map(inStrategies),
    ...ownStages(
      deps,
      types.map(({ type }) => type),
    ),
  ];
}
