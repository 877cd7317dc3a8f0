import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { isKubeError } from "@gennaker/kube-client/errors.ts";
import type { ClusterPort } from "../cluster-port.ts";
import { metadataOf, nameOf, namespaceOf, specOf, textsIn, uidOf } from "../manifest/manifest.ts";
import { selectorText, workloadSelectors } from "../manifest/selector.ts";
import { attachPatch, detachPatch, parseLoadBalancer } from "../manifest/traffic.ts";
import { asJson, refOf, refOfManifest } from "../stages/shared/cluster-task.ts";

export type Switching = {
  account: string;
  /** The workload as it is in the cluster. */
  live: JsonObject;
  /** `service web` … */
  loadBalancers: readonly string[];
  /** Behind them, or away from them. */
  on: boolean;
  signal: AbortSignal;
  /** Takes only so many percent of the pods away, rounded up, and leaves the template, so that new ones serve. */
  share?: number;
  /** Called for a load balancer that does not exist; throws where that is a mistake. */
  missing(loadBalancer: string): void;
};

/**
 * Puts a workload behind its load balancers, or takes it away: first its template, then every pod it owns, so that it
 * takes effect at once. Labels of the workload's own selector make it what it is and stay. May be run twice.
 */
export async function switchTraffic(cluster: ClusterPort, switching: Switching): Promise<void> {
  const { account, live, loadBalancers, on, signal } = switching;
  const own = textsIn((specOf(live)["selector"] as JsonObject | undefined)?.["matchLabels"]);
  for (const text of loadBalancers) {
    const found = await cluster.get(account, refOf({ namespace: namespaceOf(live), ...parseLoadBalancer(text) }), {
      signal,
    });
    if (found === null) {
      switching.missing(text);
      continue;
    }
    const loadBalancer = withoutLabels(asJson(found), own);
    const pods = await podsOf(cluster, switching);
    const chosen = switching.share === undefined ? [live, ...pods] : shareOf(pods, loadBalancer, switching.share);
    for (const object of chosen) {
      const patch = (on ? attachPatch : detachPatch)(loadBalancer, object);
      if (patch.length === 0) continue;
      try {
        await cluster.patch(account, refOfManifest(object), patch, "json", { signal });
      } catch (error) {
        // A pod that is gone needs no traffic switched.
        if (object === live || !isKubeError(error) || error.code !== 404) throw error;
      }
    }
  }
}

/** The load balancer as if it did not select these labels. */
function withoutLabels(loadBalancer: JsonObject, own: Readonly<Record<string, string>>): JsonObject {
  const selector = Object.entries(textsIn(specOf(loadBalancer)["selector"])).filter(([key]) => own[key] === undefined);
  return { ...loadBalancer, spec: { ...specOf(loadBalancer), selector: Object.fromEntries(selector) } };
}

/** Those of its pods that have to leave so that the share is away; the same ones whenever it is asked. */
function shareOf(pods: readonly JsonObject[], loadBalancer: JsonObject, share: number): JsonObject[] {
  const away = Math.ceil((pods.length * share) / 100);
  const serves = (pod: JsonObject): boolean => detachPatch(loadBalancer, pod).length > 0;
  const leaving = pods.filter(serves).toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  return leaving.slice(0, Math.max(0, away - (pods.length - leaving.length)));
}

/** The pods that the workload itself owns; those of a deployment belong to its replicaSets, which replace them. */
async function podsOf(cluster: ClusterPort, { account, live, signal }: Switching): Promise<JsonObject[]> {
  const namespace = namespaceOf(live);
  const selector = selectorText(workloadSelectors(live));
  const listed = await cluster.list(account, "pod", namespace === "" ? null : namespace, selector, { signal });
  return listed.map(asJson).filter((pod) => {
    const owners = metadataOf(pod)["ownerReferences"];
    return Array.isArray(owners) && owners.some((owner) => isJsonObject(owner) && owner["uid"] === uidOf(live));
  });
}
