import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../../engine/api.ts";
import { pausePatch } from "../../manifest/rollout.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { changeTarget } from "../shared/change.ts";
import { byRule, refOf } from "../shared/cluster-task.ts";
import { resolveTarget } from "../shared/target.ts";

/** Pauses the rollout of a deployment. */
export function pauseRolloutManifestStage(deps: Pick<KubernetesStageDeps, "cluster">): StageType {
  return {
    type: "pauseRolloutManifest",
    description: "Pauses the rollout of a deployment",
    validate: rulesFor("pauseRolloutManifest").validate,
    tasks: () => [
      resolveTarget(deps),
      changeTarget(deps, "pauseRolloutManifest", async ({ account, target, live, context: { signal } }) => {
        const patch = byRule(() => pausePatch(live, true));
        await deps.cluster.patch(account, refOf(target), patch, "merge", { signal });
      }),
    ],
  };
}
