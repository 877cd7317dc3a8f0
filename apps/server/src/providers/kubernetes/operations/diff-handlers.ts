import { randomUUID } from "node:crypto";
import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { KubernetesDiff } from "@gennaker/contract/resources/kubernetes-diff.ts";
import { TaskError } from "../../../engine/api.ts";
import type { Handlers } from "../../../platform/http/api.ts";
import type { ClusterPort } from "../cluster-port.ts";
import type { ReadManifests } from "../manifest/read-manifests.ts";
import { strategyOf } from "../manifest/strategy.ts";
import { makePlan, overridden, type StoredPlan } from "../stages/shared/plan.ts";
import { toGennakerError } from "../to-gennaker-error.ts";
import { diffPlan } from "./diff-manifests.ts";
import { readWarnings } from "./read-warnings.ts";
import { readDiffRequest, type DiffRequest } from "./read-diff-request.ts";

/**
 * The difference between manifests and a cluster over the own API. `null`: there are no Kubernetes accounts. `read` gives the
 * manifests of a text without holding the process up.
 */
export function kubernetesDiffHandlers(
  cluster: ClusterPort | null,
  read: (text: string) => Promise<ReadManifests>,
): Handlers {
  return {
    diffKubernetesManifests: async ({ params: { account }, body, signal }) => {
      if (cluster === null || !cluster.accounts().includes(account)) {
        throw new GennakerError(
          "not_found",
          `There is no Kubernetes account ${account}. Accounts stand in the configuration, below kubernetes.accounts.`,
        );
      }
      try {
        const { text } = body;
        const given = typeof text === "string" ? await read(text) : null;
        const request = readDiffRequest(account, body as JsonObject, given);
        return await diff(cluster, account, request, signal);
      } catch (error) {
        throw told(error);
      }
    },
  };
}

async function diff(
  cluster: ClusterPort,
  account: string,
  request: DiffRequest,
  signal: AbortSignal,
): Promise<KubernetesDiff> {
  const plan = await planOf(cluster, account, request, signal);
  const sent = plan.manifests.filter(({ selected }) => selected).map(({ manifest }) => manifest);
  const [changes, warnings] = await Promise.all([
    diffPlan(cluster, plan, { signal }),
    readWarnings(cluster, account, sent, { signal }),
  ]);
  return { account, ...changes, warnings };
}

async function planOf(
  cluster: ClusterPort,
  account: string,
  { deploy, manifests, namespaceOverride }: DiffRequest,
  signal: AbortSignal,
): Promise<StoredPlan> {
  const context = { signal, operationKey: randomUUID() };
  if (deploy !== null) return makePlan({ cluster }, context, deploy, { namespaceOverride, needsSelected: false });
  const placed = await overridden(cluster, account, manifests, namespaceOverride, signal);
  const stored = placed.map((manifest) => {
    const { mode, forceConflicts } = strategyOf(manifest);
    return { manifest, mode, forceConflicts, artifact: {}, selected: true, replacedUid: null };
  });
  return { account, manifests: stored, boundArtifacts: [], needsSelected: false };
}

/** What the rules of manifests refuse is the caller's to mend; what the cluster says is told in its words. */
function told(error: unknown): unknown {
  if (!(error instanceof TaskError)) return toGennakerError(error);
  const cause = toGennakerError(error.cause);
  if (cause instanceof GennakerError) return cause;
  return new GennakerError("invalid_request", error.message, { cause: error });
}
