import { scaleManifestSchema } from "@gennaker/pipeline-model/stages/kubernetes.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../../engine/api.ts";
import { TaskError } from "../../../../engine/api.ts";
import { fieldsOf } from "../../../../traffic/stages/api.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { changeTarget, requireAbility } from "../shared/change.ts";
import { refOf } from "../shared/cluster-task.ts";
import { waitForStable } from "../shared/stable.ts";
import { resolveTarget } from "../shared/target.ts";

/** Gives a workload another number of replicas and waits until it is stable. */
export function scaleManifestStage(deps: Pick<KubernetesStageDeps, "cluster">): StageType {
  return {
    type: "scaleManifest",
    description: "Scales a workload of a Kubernetes cluster",
    validate: rulesFor("scaleManifest").validate,
    tasks: () => [
      resolveTarget(deps),
      changeTarget(deps, "scaleManifest", async ({ account, target, context: { stage, signal } }) => {
        const { replicas } = fieldsOf(scaleManifestSchema, stage);
        if (replicas === undefined) throw new TaskError("stage.fields", "The stage says no number of replicas.");
        requireAbility(target.kind, "scale", "scaled");
        await deps.cluster.scale(account, refOf(target), replicas, { signal });
      }),
      waitForStable(deps),
    ],
  };
}
