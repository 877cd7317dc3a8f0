import type { JsonObject } from "@gennaker/contract/json.ts";
import { objects } from "@gennaker/pipeline-model/artifacts/resolve.ts";
import type { TaskDefinition } from "../../../../engine/api.ts";
import { versionsToDelete } from "../../manifest/cleanup.ts";
import { kindOf } from "../../manifest/kinds.ts";
import { namespaceOf } from "../../manifest/manifest.ts";
import { strategyOf } from "../../manifest/strategy.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { accountOf, asJson, onCluster, refOf } from "../shared/cluster-task.ts";
import { inWords } from "../shared/target.ts";

/** Deletes the versions beyond the `max-version-history` of what was deployed. */
export function cleanupArtifacts(
  deps: Pick<KubernetesStageDeps, "cluster">,
  from: "outputs.manifests" | "manifests" = "outputs.manifests",
): TaskDefinition {
  return {
    name: "cleanupArtifacts",
    async run({ stage, signal }) {
      const account = accountOf(deps.cluster, stage);
      const cleaned: string[] = [];
      for (const manifest of objects(stage.context[from])) {
        if (strategyOf(manifest).maxVersionHistory === null) continue;
        for (const coordinates of await doomed(deps, account, manifest, signal)) {
          const words = inWords(coordinates, account);
          await onCluster(`Deleting ${words}`, () => deps.cluster.delete(account, refOf(coordinates), { signal }));
          cleaned.push(words);
        }
      }
      return { status: "SUCCEEDED", context: { "outputs.cleanedUp": cleaned } };
    },
  };
}

async function doomed(
  { cluster }: Pick<KubernetesStageDeps, "cluster">,
  account: string,
  manifest: JsonObject,
  signal: AbortSignal,
) {
  const [kind, namespace] = [kindOf(manifest), namespaceOf(manifest)];
  const all = await onCluster(`Listing ${kind} in ${account}/${namespace}`, () =>
    cluster.list(account, kind, namespace === "" ? null : namespace, undefined, { signal }),
  );
  return versionsToDelete(manifest, all.map(asJson));
}
