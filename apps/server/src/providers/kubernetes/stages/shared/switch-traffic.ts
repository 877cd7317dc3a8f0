import { switchManifestSchema } from "@gennaker/pipeline-model/stages/kubernetes.ts";
import { TaskError } from "../../../../engine/api.ts";
import type { TaskDefinition } from "../../../../engine/api.ts";
import { fieldsOf } from "../../../../traffic/stages/api.ts";
import { loadBalancersOf } from "../../manifest/annotations.ts";
import { namespaceOf } from "../../manifest/manifest.ts";
import { switchTraffic } from "../../operations/switch-traffic.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { changeTarget } from "./change.ts";

/**
 * Puts the stage's workload behind its load balancers, or takes it away. The load balancers are those of the stage, else
 * those of the workload's annotation.
 */
export function switchTrafficOfTarget(
  deps: Pick<KubernetesStageDeps, "cluster">,
  name: "enableManifest" | "disableManifest",
): TaskDefinition {
  return changeTarget(deps, name, async ({ account, live, words, context }) => {
    const given = fieldsOf(switchManifestSchema, context.stage).loadBalancers ?? [];
    await switchTraffic(deps.cluster, {
      account,
      live,
      loadBalancers: given.length > 0 ? given : loadBalancersOf(live),
      on: name === "enableManifest",
      signal: context.signal,
      missing(loadBalancer) {
        throw new TaskError(
          "manifest.noLoadBalancer",
          `${words} is behind ${loadBalancer}, and there is none in the namespace "${namespaceOf(live)}". Deploy it, or correct the stage's loadBalancers.`,
        );
      },
    });
  });
}
