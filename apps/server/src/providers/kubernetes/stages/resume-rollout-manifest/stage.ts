import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../../engine/api.ts";
import { pausePatch } from "../../manifest/rollout.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { changeTarget } from "../shared/change.ts";
import { byRule, refOf } from "../shared/cluster-task.ts";
import { resolveTarget } from "../shared/target.ts";

/** Resumes the rollout of a deployment. */
export function resumeRolloutManifestStage(deps: Pick<KubernetesStageDeps, "cluster">): StageType {
  return {
    type: "resumeRolloutManifest",
    description: "Resumes the rollout of a deployment",
    validate: rulesFor("resumeRolloutManifest").validate,
    tasks: () => [
      resolveTarget(deps),
      changeTarget(deps, "resumeRolloutManifest", async ({ account, target, live, context: { signal } }) => {
        const patch = byRule(() => pausePatch(live, false));
        await deps.cluster.patch(account, refOf(target), patch, "merge", { signal });
      }),
    ],
  };
}
