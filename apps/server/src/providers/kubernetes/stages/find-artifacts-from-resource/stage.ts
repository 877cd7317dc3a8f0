import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../../engine/api.ts";
import { TaskError } from "../../../../engine/api.ts";
import { artifactsIn } from "../../manifest/bind.ts";
import { withoutSecrets } from "../../manifest/outputs.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { accountOf, asJson, onCluster, refOf } from "../shared/cluster-task.ts";
import { inWords, resolveTarget, targetOf } from "../shared/target.ts";

/** Takes the images, configMaps and secrets that an object in the cluster names as artifacts. */
export function findArtifactsFromResourceStage(
  deps: Pick<KubernetesStageDeps, "cluster" | "bindProducedArtifacts">,
): StageType {
  return {
    type: "findArtifactsFromResource",
    description: "Takes artifacts from an object of a Kubernetes cluster",
    validate: rulesFor("findArtifactsFromResource").validate,
    rawFields: ["manifest"],
    tasks: () => [
      resolveTarget(deps),
      {
        name: "findArtifactsFromResource",
        async run({ stage, signal }) {
          const account = accountOf(deps.cluster, stage);
          const target = targetOf(stage);
          const words = inWords(target, account);
          const found = await onCluster(`Reading ${words}`, () => deps.cluster.get(account, refOf(target), { signal }));
          if (found === null)
            throw new TaskError(
              "manifest.missing",
              `There is no ${words}. Check the stage's manifestName and location.`,
            );
          const outputs = { manifest: withoutSecrets(asJson(found)), artifacts: artifactsIn(asJson(found)) };
          return { status: "SUCCEEDED", context: outputs, outputs };
        },
      },
      deps.bindProducedArtifacts(),
    ],
  };
}
