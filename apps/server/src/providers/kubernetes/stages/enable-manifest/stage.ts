import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../../engine/api.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { waitForStable } from "../shared/stable.ts";
import { switchTrafficOfTarget } from "../shared/switch-traffic.ts";
import { resolveTarget } from "../shared/target.ts";

/** Puts a workload behind its services: the labels that a service selects are given to the workload and its pods. */
export function enableManifestStage(deps: Pick<KubernetesStageDeps, "cluster">): StageType {
  return {
    type: "enableManifest",
    description: "Puts a workload behind its services",
    validate: rulesFor("enableManifest").validate,
    tasks: () => [resolveTarget(deps), switchTrafficOfTarget(deps, "enableManifest"), waitForStable(deps)],
  };
}
