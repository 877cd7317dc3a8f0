import type { StageType } from "../../../engine/api.ts";
import { bakeManifestStage } from "./bake-manifest/stage.ts";
import { cleanupArtifactsStage } from "./cleanup-artifacts/stage.ts";
import { deleteManifestStage } from "./delete-manifest/stage.ts";
import { deployManifestStage } from "./deploy-manifest/stage.ts";
import type { KubernetesStageDeps } from "./deps.ts";
import { disableManifestStage } from "./disable-manifest/stage.ts";
import { enableManifestStage } from "./enable-manifest/stage.ts";
import { findArtifactsFromResourceStage } from "./find-artifacts-from-resource/stage.ts";
import { patchManifestStage } from "./patch-manifest/stage.ts";
import { pauseRolloutManifestStage } from "./pause-rollout-manifest/stage.ts";
import { resolveTargetManifestStage } from "./resolve-target-manifest/stage.ts";
import { resumeRolloutManifestStage } from "./resume-rollout-manifest/stage.ts";
import { rollingRestartManifestStage } from "./rolling-restart-manifest/stage.ts";
import { runJobManifestStages } from "./run-job-manifest/stage.ts";
import { scaleManifestStage } from "./scale-manifest/stage.ts";
import { undoRolloutManifestStage } from "./undo-rollout-manifest/stage.ts";

/** Every stage type of Kubernetes, one line each. Without accounts they say so when they run. */
export function createKubernetesStages(deps: KubernetesStageDeps): readonly StageType[] {
  return [
    deployManifestStage(deps),
    bakeManifestStage(deps),
    deleteManifestStage(deps),
    scaleManifestStage(deps),
    patchManifestStage(deps),
    undoRolloutManifestStage(deps),
    rollingRestartManifestStage(deps),
    pauseRolloutManifestStage(deps),
    resumeRolloutManifestStage(deps),
    enableManifestStage(deps),
    disableManifestStage(deps),
    findArtifactsFromResourceStage(deps),
    resolveTargetManifestStage(deps),
    ...runJobManifestStages(deps),
    cleanupArtifactsStage(deps),
  ];
}
