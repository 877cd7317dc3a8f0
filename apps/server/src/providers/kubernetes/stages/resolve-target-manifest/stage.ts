import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../../engine/api.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { resolveTarget } from "../shared/target.ts";

/** Finds the object that a criterion means, for stages after it: output `manifestName`. */
export function resolveTargetManifestStage(deps: Pick<KubernetesStageDeps, "cluster">): StageType {
  return {
    type: "resolveTargetManifest",
    description: "Finds an object of a cluster by a criterion",
    validate: rulesFor("resolveTargetManifest").validate,
    tasks: () => [resolveTarget(deps)],
  };
}
