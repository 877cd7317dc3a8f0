import type { JsonObject } from "@gennaker/contract/json.ts";
import type { HealthVerdict } from "@gennaker/kube-health/health.ts";
import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import type { Health, ServerGroup } from "../../port/api.ts";
import { loadBalancersOf } from "../manifest/annotations.ts";
import { parseFullName } from "../manifest/manifest.ts";
import { launchOf } from "../operations/cluster-document.ts";
import type { Caches } from "./caches.ts";
import { capacityOf } from "./capacity.ts";
import { toInstance } from "./instance.ts";
import { metricsPathOf } from "./metrics-path.ts";
import { fullName, isIgnored, monikerOf } from "./moniker.ts";
import { ingressesOf, labelsOfTemplate, ownedBy, record, records, relatedTo, servicesOf } from "./related.ts";

/** Kinds that are server groups. A Deployment is no group but the manager of some. */
export const serverGroupKinds = ["ReplicaSet", "StatefulSet", "DaemonSet"] as const;

type Source = Pick<Caches, "byIndex" | "get" | "knows" | "judge">;

/** A workload as a server group, named `kind name` as Spinnaker does; its region is the namespace. */
export function toServerGroup(account: string, caches: Source, workload: KubeObject): ServerGroup {
  const moniker = monikerOf(workload);
  const launch = launchOf(workload);
  const namespace = workload.metadata.namespace ?? "";
  const services = servicesOf(caches, namespace, labelsOfTemplate(workload));
  const names = new Set(services.map((service) => service.metadata.name ?? ""));
  const ingresses = ingressesOf(caches, namespace, names);
  const disabled = isDisabled(workload, names);
  const pods = ownedBy(caches, "Pod", workload).filter((pod) => !isIgnored(pod));
  const instances = pods.map((pod) => toInstance(pod, zoneOf(caches, pod), disabled));
  return {
    account,
    region: namespace,
    name: fullName(workload),
    cloudProvider: "kubernetes",
    application: moniker.application,
    cluster: moniker.cluster,
    stack: moniker.stack,
    detail: moniker.detail,
    sequence: moniker.sequence ?? 0,
    createdAt: new Date(workload.metadata.creationTimestamp ?? 0).toISOString(),
    disabled,
    capacity: capacityOf(caches, workload, launch),
    instances,
    loadBalancers: [...services, ...ingresses].map(fullName).sort(),
    zones: [...new Set(instances.map(({ zone }) => zone).filter((zone) => zone !== ""))].sort(),
    artifact: artifactOf(workload, pods),
    health: healthOf(caches.judge(workload, { related: relatedTo(caches, workload) })),
    canaryRole:
      launch?.["canaryRole"] === "baseline" || launch?.["canaryRole"] === "canary" ? launch["canaryRole"] : null,
    launch: launch ?? { cloudProvider: "kubernetes", account, location: namespace, manifestName: fullName(workload) },
    metricsPath: metricsPathOf(workload),
  };
}

/** Disabled is what Spinnaker attached to Services none of which selects it (any more). */
function isDisabled(workload: KubeObject, services: ReadonlySet<string>): boolean {
  const attached = loadBalancersOf(workload as unknown as JsonObject);
  return attached.length > 0 && !attached.some((text) => services.has(parseFullName(text)?.name ?? text));
}

function artifactOf(workload: KubeObject, pods: readonly KubeObject[]): ServerGroup["artifact"] {
  const containers = records(record(record(record(workload["spec"])["template"])["spec"])["containers"]);
  const image = String(containers[0]?.["image"] ?? "");
  const [name = "", digest = ""] = image.split("@");
  const tag = /:([^/:]+)$/.exec(name)?.[1];
  return {
    type: "docker/image",
    reference: image,
    digest: digest === "" ? digestOf(pods) : digest,
    version: tag ?? null,
  };
}

/** What the node pulled: `docker-pullable://name@sha256:…`, `name@sha256:…` or `sha256:…`. */
function digestOf(pods: readonly KubeObject[]): string {
  for (const pod of pods) {
    const id = String(records(record(pod["status"])["containerStatuses"])[0]?.["imageID"] ?? "");
    const digest = /sha256:[0-9a-f]{64}/.exec(id)?.[0];
    if (digest !== undefined) return digest;
  }
  return "";
}

/** A verdict in the words of the port. Where nothing can be said, a group counts as on its way: unknown is not healthy. */
export function healthOf({ state, message, signs }: HealthVerdict): Health {
  const telling = signs.find((sign) => sign.fatal) ?? (state === "stable" ? undefined : signs[0]);
  return { status: state === "unknown" ? "progressing" : state, code: telling?.code ?? state, reason: message };
}

function zoneOf(caches: Source, pod: KubeObject): string {
  const node = record(pod["spec"])["nodeName"];
  if (typeof node !== "string") return "";
  return caches.get("Node", "", node)?.metadata.labels?.["topology.kubernetes.io/zone"] ?? "";
}
