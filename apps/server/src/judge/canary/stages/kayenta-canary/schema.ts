import type { Problem } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { ProviderPort } from "../../../../providers/port/api.ts";
import type { Deployments } from "@gennaker/pipeline-model/canary/deployments.ts";

/** What the providers say about the clusters of the pairs; a provider that is not here says nothing. */
export function validateClusters(
  deployments: Deployments | null,
  providers: ReadonlyMap<string, ProviderPort>,
): Problem[] {
  return (deployments?.serverGroupPairs ?? []).flatMap((pair, index) =>
    (["control", "experiment"] as const).flatMap((side) =>
      problemsOf(pair[side], side, providers).map((problem) => ({
        pointer: `/deployments/serverGroupPairs/${index}/${side}${problem.pointer}`,
        reason: problem.reason,
      })),
    ),
  );
}

/** A control cluster without an artifact takes the one that `baseline` runs, which is known only at run time. */
function problemsOf(
  cluster: JsonObject,
  side: "control" | "experiment",
  providers: ReadonlyMap<string, ProviderPort>,
): Problem[] {
  const provider = providers.get(String(cluster["cloudProvider"] ?? cluster["provider"] ?? ""));
  const problems = provider?.validateCluster(cluster) ?? [];
  const open = side === "control" && (cluster["artifact"] ?? null) === null && (cluster["artifactId"] ?? null) === null;
  return open ? problems.filter((problem) => !problem.pointer.startsWith("/artifact")) : problems;
}
