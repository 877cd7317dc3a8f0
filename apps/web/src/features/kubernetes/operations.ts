import type { KubernetesNode } from "@gennaker/contract/resources/kubernetes-tree.ts";

export type Action = "scale" | "restart" | "pause" | "resume" | "undo" | "remove";

const scaled = new Set(["Deployment", "ReplicaSet", "StatefulSet"]);
const rolled = new Set(["Deployment", "StatefulSet", "DaemonSet"]);

/** What can be done with an object as it is. A set of a Deployment is scaled by the Deployment. */
export function actionsFor(node: Pick<KubernetesNode, "kind" | "apiVersion" | "paused" | "owners">): Action[] {
  const app = node.apiVersion.startsWith("apps/");
  const actions: Action[] = [];
  if (app && scaled.has(node.kind) && (node.kind !== "ReplicaSet" || node.owners.length === 0)) actions.push("scale");
  if (app && rolled.has(node.kind) && !node.paused) actions.push("restart");
  if (app && node.kind === "Deployment") actions.push(node.paused ? "resume" : "pause");
  if (app && rolled.has(node.kind) && !node.paused) actions.push("undo");
  return [...actions, "remove"];
}

const types: Record<Action, string> = {
  scale: "scaleManifest",
  restart: "rollingRestartManifest",
  pause: "pauseRolloutManifest",
  resume: "resumeRolloutManifest",
  undo: "undoRolloutManifest",
  remove: "deleteManifest",
};

/** The job of an operation, in the fields of Spinnaker's stage. `n`: replicas, or revisions back. */
export function jobFor(action: Action, node: KubernetesNode, n: number): { type: string } & Record<string, unknown> {
  return {
    type: types[action],
    cloudProvider: "kubernetes",
    account: node.account,
    location: node.namespace ?? "_",
    manifestName: node.manifestName,
    ...(action === "scale" ? { replicas: n } : {}),
    ...(action === "undo" ? { numRevisionsBack: n } : {}),
    ...(action === "remove" ? { options: { cascading: true } } : {}),
  };
}
