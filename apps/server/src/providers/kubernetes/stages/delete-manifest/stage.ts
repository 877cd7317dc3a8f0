import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../../engine/api.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { resolveTarget } from "../shared/target.ts";
import { deleteFound, findDoomed } from "./run.ts";

/** Deletes an object by name, one of a cluster by a criterion, or all of some kinds by labels, and waits until it is gone. */
export function deleteManifestStage(deps: Pick<KubernetesStageDeps, "cluster">): StageType {
  return {
    type: "deleteManifest",
    description: "Deletes objects of a Kubernetes cluster",
    validate: rulesFor("deleteManifest").validate,
    tasks: () => [resolveTarget(deps), findDoomed(deps), deleteFound(deps)],
  };
}
