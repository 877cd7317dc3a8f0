import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../../engine/api.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { waitForStable } from "../shared/stable.ts";
import { resolveTarget } from "../shared/target.ts";
import { patch, resolvePatch } from "./run.ts";

/** Patches an object, its images and configs bound to artifacts, and waits until it is stable. */
export function patchManifestStage(deps: KubernetesStageDeps): StageType {
  return {
    type: "patchManifest",
    description: "Patches an object of a Kubernetes cluster",
    validate: rulesFor("patchManifest").validate,
    rawFields: ["patchBody", "manifests", "allArtifacts"],
    tasks: () => [
      resolveTarget(deps),
      resolvePatch(deps),
      patch(deps),
      waitForStable(deps),
      deps.bindProducedArtifacts(),
    ],
  };
}
