import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../../engine/api.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { createBake } from "./run.ts";

/** Renders manifests by helm, kustomize, helmfile, or from a plain template, into one artifact. */
export function bakeManifestStage(deps: KubernetesStageDeps): StageType {
  return {
    type: "bakeManifest",
    description: "Renders manifests into an artifact",
    validate: rulesFor("bakeManifest").validate,
    tasks: () => [createBake(deps), deps.bindProducedArtifacts()],
  };
}
