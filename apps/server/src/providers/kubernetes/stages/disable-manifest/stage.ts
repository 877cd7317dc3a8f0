import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../../engine/api.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { waitForStable } from "../shared/stable.ts";
import { switchTrafficOfTarget } from "../shared/switch-traffic.ts";
import { resolveTarget } from "../shared/target.ts";

/** Takes a workload out of its services: the labels that a service selects are taken from the workload and its pods. */
export function disableManifestStage(deps: Pick<KubernetesStageDeps, "cluster">): StageType {
  return {
    type: "disableManifest",
    description: "Takes a workload out of its services",
    validate: rulesFor("disableManifest").validate,
    tasks: () => [resolveTarget(deps), switchTrafficOfTarget(deps, "disableManifest"), waitForStable(deps)],
  };
}
