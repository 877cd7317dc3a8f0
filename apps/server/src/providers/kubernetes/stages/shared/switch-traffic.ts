import type { JsonObject } from "@gennaker/contract/json.ts";
import { switchManifestSchema } from "@gennaker/pipeline-model/stages/kubernetes.ts";
import { TaskError } from "../../../../engine/api.ts";
import type { TaskDefinition } from "../../../../engine/api.ts";
import { fieldsOf } from "../../../../traffic/stages/api.ts";
import { loadBalancersOf } from "../../manifest/annotations.ts";
import { can } from "../../manifest/kinds.ts";
import { metadataOf, nameOf, namespaceOf } from "../../manifest/manifest.ts";
import { selectorText, workloadSelectors } from "../../manifest/selector.ts";
import type { JsonPatch } from "../../manifest/traffic.ts";
import { parseLoadBalancer } from "../../manifest/traffic.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import type { Change } from "./change.ts";
import { changeTarget } from "./change.ts";
import { asJson, byRule, isKubeReason, refOf, refOfManifest } from "./cluster-task.ts";

/** Makes of a load balancer and an object the patch that switches the object's traffic. */
export type Switch = (loadBalancer: JsonObject, target: JsonObject) => JsonPatch[];

/**
 * Puts a workload behind its load balancers, or takes it away: first its template, then every pod it has. The load balancers
 * are those of the stage, else those of the workload's annotation.
 */
export function switchTraffic(deps: Pick<KubernetesStageDeps, "cluster">, name: string, make: Switch): TaskDefinition {
  return changeTarget(deps, name, async (change) => {
    const { cluster } = deps;
    const { account, live, words, context } = change;
    const given = fieldsOf(switchManifestSchema, context.stage).loadBalancers ?? [];
    for (const text of given.length > 0 ? given : loadBalancersOf(live)) {
      const coordinates = { namespace: namespaceOf(live), ...byRule(() => parseLoadBalancer(text)) };
      const found = await cluster.get(account, refOf(coordinates), { signal: context.signal });
      if (found === null)
        throw new TaskError(
          "manifest.noLoadBalancer",
          `${words} is behind ${text}, and there is none in the namespace "${coordinates.namespace}". Deploy it, or correct the stage's loadBalancers.`,
        );
      for (const object of [live, ...(await podsOf(deps, change))]) {
        const patch = byRule(() => make(asJson(found), object));
        if (patch.length === 0) continue;
        try {
          await cluster.patch(account, refOfManifest(object), patch, "json", { signal: context.signal });
        } catch (error) {
          // A pod that is gone needs no traffic switched.
          if (object === live || !isKubeReason(error, "NotFound")) throw error;
        }
      }
    }
  });
}

/** The pods a replicaSet owns; other kinds replace theirs when the template changes. */
async function podsOf({ cluster }: Pick<KubernetesStageDeps, "cluster">, change: Change): Promise<JsonObject[]> {
  const { account, target, live, context } = change;
  if (!can(target.kind, "pods")) return [];
  const selector = selectorText(workloadSelectors(live));
  const namespace = namespaceOf(live);
  const listed = await cluster.list(account, "pod", namespace === "" ? null : namespace, selector, {
    signal: context.signal,
  });
  const owned = (pod: JsonObject): boolean => {
    const owners = metadataOf(pod)["ownerReferences"];
    return JSON.stringify(owners ?? []).includes(`"name":${JSON.stringify(nameOf(live))}`);
  };
  return listed.map(asJson).filter(owned);
}
