import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../../engine/api.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { cleanupArtifacts } from "./run.ts";

/** Deletes old versions of deployed manifests; deploys do it themselves. */
export function cleanupArtifactsStage(deps: Pick<KubernetesStageDeps, "cluster">): StageType {
  return {
    type: "cleanupArtifacts",
    description: "Deletes old versions of deployed manifests",
    validate: rulesFor("cleanupArtifacts").validate,
    tasks: () => [cleanupArtifacts(deps, "manifests")],
  };
}
