import type { Problem } from "@gennaker/contract/errors.ts";
import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { readFields } from "@gennaker/pipeline-model/check-fields.ts";
import { isExpression } from "@gennaker/pipeline-model/coerce.ts";
import { deployManifestSchema } from "@gennaker/pipeline-model/stages/kubernetes.ts";
import type { Capacity } from "../../port/api.ts";
import { clusterName, namePartProblem } from "../../port/naming.ts";
import { annotation, loadBalancersOf } from "../manifest/annotations.ts";
import { kindOf } from "../manifest/kinds.ts";
import { annotationsOf, childOf, specOf, textsIn } from "../manifest/manifest.ts";
import type { DeployRequest } from "../manifest/plan-deploy.ts";
import { trafficOf } from "../stages/deploy-manifest/request.ts";

/**
 * A cluster of a `deploy` stage on Kubernetes: `{account, region (the namespace), application, stack, freeFormDetails,
 * capacity, manifest (a ReplicaSet; its name is the cluster's), artifact (docker/image), trafficManagement {enabled,
 * options {services, enableTraffic}}, canaryRole}`. Each deploy makes the ReplicaSet `app-stack-detail-vNNN`.
 */
export type ClusterDocument = { account: string; region: string; cluster: string; request: DeployRequest };

const text = (value: Json | undefined): string => (typeof value === "string" ? value.trim() : "");

/** Strategies that take older groups out of traffic: without Services there is nothing to take them out of. */
const switching = new Set(["redblack", "rollingredblack", "monitored"]);

/** What is wrong with a cluster; pointers are relative to it. What an expression fills in is taken as good. */
export function clusterProblems(cluster: JsonObject): Problem[] {
  const problems: Problem[] = [];
  const add = (pointer: string, reason: string) => problems.push({ pointer, reason });
  const parts = { application: "application", stack: "stack", detail: "freeFormDetails" } as const;
  for (const [part, field] of Object.entries(parts)) {
    const value = cluster[field] ?? "";
    if (isExpression(value)) continue;
    const problem = namePartProblem(part as keyof typeof parts, text(value));
    if (problem !== null) add(`/${field}`, problem);
    else if (!/^[a-z0-9-]*$/.test(text(value)))
      add(`/${field}`, "may hold small letters, digits and hyphens only: it becomes part of a name in Kubernetes");
  }
  const capacity = cluster["capacity"];
  if (capacity !== undefined && !isExpression(capacity) && !fits(capacity))
    add("/capacity", "needs min ≤ desired ≤ max, none below 0");
  manifestProblems(cluster, add);
  const artifact = cluster["artifact"];
  if (isJsonObject(artifact ?? null) && text((artifact as JsonObject)["type"]) !== "docker/image")
    add("/artifact/type", "must be docker/image");
  const role = cluster["canaryRole"] ?? null;
  if (role !== null && role !== "baseline" && role !== "canary" && !isExpression(role))
    add("/canaryRole", 'must be "baseline" or "canary"');
  return problems;
}

function manifestProblems(cluster: JsonObject, add: (pointer: string, reason: string) => void): void {
  const { manifest, strategy } = cluster;
  if (isExpression(manifest)) return;
  if (!isJsonObject(manifest ?? null)) {
    add("/manifest", "is required: a ReplicaSet, whose name the deploy chooses");
    return;
  }
  const given = manifest as JsonObject;
  if (kindOf(given) !== "replicaSet")
    add("/manifest/kind", "must be ReplicaSet (of apps/v1): the strategies raise one beside the other");
  const template = specOf(given)["template"];
  if (!isJsonObject(template ?? null) || !isJsonObject((template as JsonObject)["spec"] ?? null))
    add("/manifest/spec/template", "needs a spec with containers");
  const fields = readFields(deployManifestSchema, { trafficManagement: cluster["trafficManagement"] ?? null });
  if (!fields.ok) {
    add("/trafficManagement", fields.problems[0]?.reason ?? "cannot be read");
    return;
  }
  const services = [...trafficOf(fields.value).services, ...loadBalancersOf(given)];
  if (switching.has(text(strategy).toLowerCase()) && services.length === 0)
    add("/trafficManagement", `needs options.services for the strategy ${text(strategy)}: it switches their traffic`);
}

function fits(value: Json): value is Capacity {
  if (!isJsonObject(value)) return false;
  const [min, desired, max] = ["min", "desired", "max"].map((key) => Number(value[key] ?? value["desired"]));
  if (min === undefined || desired === undefined || max === undefined) return false;
  return [min, desired, max].every(Number.isInteger) && 0 <= min && min <= desired && desired <= max;
}

/** What a cluster, already checked, asks to be deployed. The whole of it is written on the ReplicaSet for clones and rollbacks. */
export function readCluster(cluster: JsonObject): ClusterDocument {
  const [application, stack, detail] = ["application", "stack", "freeFormDetails"].map((key) => text(cluster[key]));
  const name = clusterName({ application: application ?? "", stack: stack ?? "", detail: detail ?? "" });
  const region = text(cluster["region"]);
  const manifest = structuredClone(cluster["manifest"] as JsonObject);
  const metadata = childOf(manifest, "metadata");
  metadata["name"] = name;
  metadata["namespace"] = region;
  delete metadata["generateName"];
  childOf(metadata, "annotations")[annotation.launch] = JSON.stringify(cluster);
  const spec = childOf(manifest, "spec");
  spec["replicas"] = Number((cluster["capacity"] as JsonObject | undefined)?.["desired"] ?? 1);
  const labels = childOf(childOf(childOf(spec, "template"), "metadata"), "labels");
  if (Object.keys(labels).length === 0) labels["app"] = name;
  if (!isJsonObject(spec["selector"] ?? null)) spec["selector"] = { matchLabels: { ...textsIn(labels) } };
  const fields = readFields(deployManifestSchema, { trafficManagement: cluster["trafficManagement"] ?? null });
  const image = imageOf(cluster["artifact"]);
  const account = text(cluster["account"]);
  return {
    account,
    region,
    cluster: name,
    request: {
      account,
      manifests: [manifest],
      moniker: { app: application ?? "", cluster: name, stack: stack || null, detail: detail || null, sequence: null },
      versioned: true,
      bindArtifacts: true,
      required: image,
      optional: [],
      selectors: [],
      skipTemplateLabels: false,
      ...(fields.ok ? trafficOf(fields.value) : { services: [], enableTraffic: true, blueGreen: false }),
    },
  };
}

/** The image to bind; its name is read off its reference where it has none. */
function imageOf(artifact: Json | undefined): JsonObject[] {
  if (!isJsonObject(artifact ?? null)) return [];
  const image = artifact as JsonObject;
  const reference = text(image["reference"]);
  const name = text(image["name"]) || (reference.split("@")[0] ?? "").replace(/:[^/:]+$/, "");
  return [{ ...image, name }];
}

/** The cluster a ReplicaSet was deployed from, as `readCluster` wrote it; null for others. */
export function launchOf(object: { metadata: { annotations?: Record<string, string> } }): JsonObject | null {
  const written = annotationsOf(object as unknown as JsonObject)[annotation.launch];
  if (written === undefined) return null;
  try {
    const parsed = JSON.parse(written) as Json;
    return isJsonObject(parsed) ? parsed : null;
  } catch {
    return null;
  }
}
