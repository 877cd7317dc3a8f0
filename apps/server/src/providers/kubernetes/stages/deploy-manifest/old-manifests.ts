import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { spinnakerConditions } from "@gennaker/kube-health/spinnaker/spinnaker.ts";
import { objects } from "@gennaker/pipeline-model/artifacts/resolve.ts";
import { deployManifestSchema } from "@gennaker/pipeline-model/stages/kubernetes.ts";
import type { TaskDefinition } from "../../../../engine/api.ts";
import { fieldsOf } from "../../../../traffic/stages/api.ts";
import { annotation, textAnnotation } from "../../manifest/annotations.ts";
import { kindOf } from "../../manifest/kinds.ts";
import { annotationsOf, createdAt, fullName, nameOf, namespaceOf } from "../../manifest/manifest.ts";
import { inCluster } from "../../manifest/targets.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { accountOf, asJson, onCluster } from "../shared/cluster-task.ts";

/** The context key of what the strategy takes away after the deploy. */
export const oldManifestsKey = "kubernetes.oldManifests";

/**
 * Finds the older replicaSets of each cluster that the stage deployed one to, and what the strategy does with them:
 * red/black disables them, or deletes one that neither works nor has failed; highlander disables all and then deletes all.
 */
export function findOldManifests(deps: Pick<KubernetesStageDeps, "cluster">): TaskDefinition {
  return {
    name: "findOldManifests",
    async run({ execution, stage, signal }) {
      const { trafficManagement, moniker } = fieldsOf(deployManifestSchema, stage);
      const strategy = trafficManagement?.options?.strategy ?? "none";
      if (trafficManagement?.enabled !== true || strategy === "none")
        return { status: "SUCCEEDED", context: { [oldManifestsKey]: [] } };
      const account = accountOf(deps.cluster, stage);
      const app = moniker?.app || execution.application;
      const found: JsonObject[] = [];
      for (const deployed of objects(stage.context["outputs.manifests"])) {
        if (kindOf(deployed) !== "replicaSet") continue;
        const namespace = namespaceOf(deployed);
        const cluster = textAnnotation(annotationsOf(deployed), annotation.cluster) ?? "";
        const listed = await onCluster(`Listing replicaSets in ${account}/${namespace}`, () =>
          deps.cluster.list(account, "replicaSet", namespace === "" ? null : namespace, undefined, { signal }),
        );
        const old = inCluster(listed.map(asJson), app, cluster)
          .filter((object) => nameOf(object) !== nameOf(deployed))
          .toSorted((a, b) => (createdAt(a) < createdAt(b) ? -1 : 1));
        const step = (object: JsonObject, action: string): JsonObject => ({
          action,
          account,
          app,
          cloudProvider: "kubernetes",
          location: namespace,
          manifestName: fullName("replicaSet", nameOf(object)),
        });
        if (strategy === "highlander") {
          found.push(...old.map((object) => step(object, "disableManifest")));
          found.push(...old.map((object) => step(object, "deleteManifest")));
        } else {
          found.push(...old.map((object) => step(object, stuck(object) ? "deleteManifest" : "disableManifest")));
        }
      }
      return { status: "SUCCEEDED", context: { [oldManifestsKey]: found } };
    },
  };
}

/** True for a replicaSet without pods that serve which is neither stable nor failed: it would never be, disabled or not. */
function stuck(replicaSet: JsonObject): boolean {
  const status = isJsonObject(replicaSet["status"]) ? replicaSet["status"] : {};
  if (Number(status["readyReplicas"] ?? 0) > 0 && Number(status["availableReplicas"] ?? 0) > 0) return false;
  const conditions = spinnakerConditions(replicaSet);
  return conditions !== null && !conditions.stable.state && !conditions.failed.state;
}
