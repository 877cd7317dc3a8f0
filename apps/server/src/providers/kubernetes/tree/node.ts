import type { KubernetesNode } from "@gennaker/contract/resources/kubernetes-tree.ts";
import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import { toHealth } from "../health/to-health.ts";
import { fullName, monikerOf } from "../inventory/moniker.ts";
import { record, records } from "../inventory/related.ts";
import type { JudgedHealth } from "@gennaker/kube-health/health.ts";
import { podSpecOf } from "./configuration.ts";

/** What an object alone does not say about its node. */
export type Found = Pick<KubernetesNode, "account" | "application" | "leadsTo" | "traffic" | "uses"> & {
  health: JudgedHealth;
};

/** An object as one node of a tree. Pure. */
export function toNode(object: KubeObject, found: Found): KubernetesNode {
  const { metadata } = object;
  const { cluster, sequence } = monikerOf(object);
  const { name = "", namespace = null, uid = "", creationTimestamp, ownerReferences = [] } = metadata;
  const containers = records(podSpecOf(object)["containers"]);
  return {
    id: `${found.account}/${uid}`,
    account: found.account,
    uid,
    apiVersion: object.apiVersion,
    kind: object.kind,
    name,
    manifestName: fullName(object),
    namespace,
    application: found.application,
    cluster,
    createdAt: creationTimestamp === undefined ? null : new Date(creationTimestamp).toISOString(),
    deleting: metadata.deletionTimestamp !== undefined,
    owners: ownerReferences.map((owner) => owner.uid),
    leadsTo: found.leadsTo,
    traffic: found.traffic,
    uses: found.uses,
    baseName: baseNameOf(object),
    sequence,
    version: [...new Set(containers.map((each) => tagOf(String(each["image"] ?? ""))))].filter(Boolean).join(", "),
    replicas: replicasOf(object),
    containers: object.kind === "Pod" ? containers.map((each) => String(each["name"])) : [],
    paused: object.kind === "Deployment" && record(object["spec"])["paused"] === true,
    health: toHealth(found.health),
  };
}

const versioned = /^(.+)-v\d{3,}$/;

/** The name that all versions of an object share. */
function baseNameOf({ metadata: { name = "", annotations } }: KubeObject): string {
  return annotations?.["artifact.spinnaker.io/name"] ?? versioned.exec(name)?.[1] ?? name;
}

/** `2.1` of `r.example/web:2.1`, twelve digits of a digest, else the image's own last part. */
function tagOf(image: string): string {
  const [name = "", digest] = image.split("@");
  const tag = /:([^/:]+)$/.exec(name)?.[1];
  if (tag !== undefined) return tag;
  const hex = /^sha256:([0-9a-f]{12})/.exec(digest ?? "")?.[1];
  return hex ?? name.split("/").at(-1) ?? "";
}

function replicasOf(object: KubeObject): KubernetesNode["replicas"] {
  const spec = record(object["spec"]);
  const status = record(object["status"]);
  const count = (value: unknown, otherwise = 0): number => (typeof value === "number" ? value : otherwise);
  switch (object.kind) {
    case "Deployment":
    case "ReplicaSet":
    case "StatefulSet":
    case "ReplicationController":
      return { ready: count(status["readyReplicas"]), desired: count(spec["replicas"], 1) };
    case "DaemonSet":
      return { ready: count(status["numberReady"]), desired: count(status["desiredNumberScheduled"]) };
    case "Job":
      return { ready: count(status["succeeded"]), desired: count(spec["completions"], 1) };
    default:
      return null;
  }
}
