import type { JsonObject } from "@gennaker/contract/json.ts";
import type { ClusterPort } from "../cluster-port.ts";
import { deployWarnings, neededForWarnings } from "../manifest/checks/deploy-warnings.ts";
import type { DeployWarning } from "../manifest/checks/surroundings.ts";
import { asJson, asJsonOrNull, refOf } from "../stages/shared/cluster-task.ts";

/** All reading together; a cluster that takes longer is deployed to without warnings. */
const patienceMs = 5_000;
/** Reads at a time. */
const width = 6;

/**
 * What is to be known before manifests are sent. It never keeps a deploy from going on: what cannot be read, because the
 * account may not or the cluster is slow, is left out of account.
 */
export async function readWarnings(
  cluster: ClusterPort,
  account: string,
  manifests: readonly JsonObject[],
  { signal }: { signal: AbortSignal },
): Promise<DeployWarning[]> {
  const needed = neededForWarnings(manifests);
  const lists = new Map<string, readonly JsonObject[]>();
  const objects = new Map<string, JsonObject | null>();
  const limit = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  const reads = [
    ...needed.lists.map(({ kind, namespace }) => async () => {
      const listed = await cluster.list(account, kind, namespace === "" ? null : namespace, undefined, {
        signal: limit,
      });
      lists.set(`${kind} ${namespace}`, listed.map(asJson));
    }),
    ...needed.objects.map((at) => async () => {
      const key = `${at.kind} ${at.namespace} ${at.name}`;
      if (!objects.has(key)) objects.set(key, asJsonOrNull(await cluster.get(account, refOf(at), { signal: limit })));
    }),
  ].values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const read of reads) await read().catch(() => signal.throwIfAborted());
    }),
  );
  return deployWarnings(manifests, {
    list: (kind, namespace) => lists.get(`${kind} ${namespace}`) ?? null,
    object: (kind, namespace, name) => objects.get(`${kind} ${namespace} ${name}`),
  });
}
