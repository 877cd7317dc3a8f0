import type { JsonObject } from "@gennaker/contract/json.ts";
import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import type { Caches } from "./inventory/caches.ts";
import { fullName, monikerOf } from "./inventory/moniker.ts";
import { ownedBy } from "./inventory/related.ts";

/** Deployments with their ReplicaSets as Clouddriver shows server group managers. */
export function groupManagersOf(
  account: string,
  caches: Pick<Caches, "byIndex" | "knows">,
  application: string,
): JsonObject[] {
  return caches.byIndex("Deployment", "application", application.toLowerCase()).map((deployment) => ({
    ...summaryOf(account, deployment),
    displayName: deployment.metadata.name ?? "",
    apiVersion: deployment.apiVersion,
    kind: "deployment",
    cloudProvider: "kubernetes",
    labels: { ...deployment.metadata.labels },
    createdTime: Date.parse(deployment.metadata.creationTimestamp ?? "") || null,
    serverGroups: ownedBy(caches, "ReplicaSet", deployment).map((set) => summaryOf(account, set)),
  }));
}

function summaryOf(account: string, object: KubeObject): JsonObject {
  const { namespace = "" } = object.metadata;
  return { account, name: fullName(object), namespace, region: namespace, moniker: monikerJson(object) };
}

/** A moniker as Clouddriver writes it. */
export function monikerJson(object: KubeObject): JsonObject {
  const { application, cluster, stack, detail, sequence } = monikerOf(object);
  return {
    app: application,
    cluster,
    stack: stack === "" ? null : stack,
    detail: detail === "" ? null : detail,
    sequence,
  };
}
