import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../../engine/api.ts";
import { restartPatch } from "../../manifest/rollout.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { changeTarget, requireAbility } from "../shared/change.ts";
import { byRule, refOf } from "../shared/cluster-task.ts";
import { waitForStable } from "../shared/stable.ts";
import { resolveTarget } from "../shared/target.ts";

/** Replaces every pod of a workload one by one and waits until it is stable. */
export function rollingRestartManifestStage(deps: Pick<KubernetesStageDeps, "cluster">): StageType {
  return {
    type: "rollingRestartManifest",
    description: "Restarts a workload pod by pod",
    validate: rulesFor("rollingRestartManifest").validate,
    tasks: () => [
      resolveTarget(deps),
      changeTarget(deps, "rollingRestartManifest", async ({ account, target, live, context }) => {
        requireAbility(target.kind, "restart", "restarted");
        // The stage's own time: trying again restarts nothing a second time.
        const time = context.stage.startTime ?? context.now().toISOString();
        const patch = byRule(() => restartPatch(live, time));
        const type = target.kind.includes(".") ? "merge" : "strategic";
        await deps.cluster.patch(account, refOf(target), patch, type, { signal: context.signal });
      }),
      waitForStable(deps),
    ],
  };
}
