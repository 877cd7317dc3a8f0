import { compose, keepFields, shareTexts, type Transform } from "@gennaker/kube-client/watch/transforms.ts";
import { byOwner, type IndexFunction } from "@gennaker/kube-client/watch/object-store.ts";
import { metricsPathOf } from "./metrics-path.ts";
import { monikerOf } from "./moniker.ts";
import { scaleTargetOf } from "./scale-target.ts";
import { shareParts } from "./share-parts.ts";

/** A kind that every account watches, with what is kept of each object. */
export type WatchedKind = {
  kind: string;
  apiVersion: string;
  namespaced: boolean;
  transform: Transform;
  indexes: Readonly<Record<string, IndexFunction>>;
};

const container = ["name", "image", "ports", "resources"];
const podSpec = [
  ...container.flatMap((field) => [`containers.${field}`, `initContainers.${field}`]),
  "nodeName",
  "nodeSelector",
  "affinity.nodeAffinity",
  "tolerations",
  "restartPolicy",
  "readinessGates",
  "schedulingGates",
  "volumes.persistentVolumeClaim",
  "volumes.name",
];
/** Which ConfigMaps and Secrets a template reads. */
const configuration = [
  "volumes.configMap.name",
  "volumes.secret.secretName",
  "volumes.projected.sources",
  ...["containers", "initContainers"].flatMap((list) => [`${list}.envFrom`, `${list}.env.valueFrom`]),
];
const template = [
  "metadata.labels",
  "metadata.annotations",
  ...[...podSpec, ...configuration].map((field) => `spec.${field}`),
];

/** The copy of the whole manifest that kubectl keeps is by far the largest annotation, and nobody reads it here. */
function dropCopies(): Transform {
  return (object) => {
    const { annotations } = object.metadata;
    if (annotations !== undefined) delete annotations["kubectl.kubernetes.io/last-applied-configuration"];
    delete object.metadata.managedFields;
    return object;
  };
}

const byApplication: IndexFunction = (object) => [monikerOf(object).application];
const byNode: IndexFunction = (object) => {
  const node = (object["spec"] as { nodeName?: string } | undefined)?.nodeName;
  return node === undefined ? [] : [node];
};
const byService: IndexFunction = (object) => {
  const service = object.metadata.labels?.["kubernetes.io/service-name"];
  return service === undefined ? [] : [`${object.metadata.namespace ?? ""}/${service}`];
};
const byNamespaceName: IndexFunction = (object) => [object.metadata.namespace ?? ""];

const byScraped: IndexFunction = (object) => (metricsPathOf(object) === null ? [] : ["yes"]);

/** Kinds of which server groups, load balancers, network policies and instances are made. */
export function watchedKinds(): WatchedKind[] {
  // One pool per account: namespaces, images, nodes and labels repeat over all kinds.
  const share = compose(shareTexts(), shareParts());
  const fields = (...paths: string[]) => compose(dropCopies(), keepFields(paths), share);
  const workload = {
    transform: fields(
      "spec.replicas",
      "spec.paused",
      "spec.selector",
      "spec.minReadySeconds",
      "spec.ordinals",
      "spec.updateStrategy",
      "spec.strategy",
      "spec.progressDeadlineSeconds",
      "status",
      ...template.map((path) => `spec.template.${path}`),
    ),
    indexes: { owner: byOwner, application: byApplication, namespace: byNamespaceName, scraped: byScraped },
  };
  const watched = (apiVersion: string, kind: string, transform: Transform, indexes: WatchedKind["indexes"] = {}) => ({
    apiVersion,
    kind,
    namespaced: kind !== "Node",
    transform,
    indexes: { namespace: byNamespaceName, ...indexes },
  });
  return [
    ...["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"].map((kind) => ({
      apiVersion: "apps/v1",
      kind,
      namespaced: true,
      ...workload,
    })),
    watched("v1", "Pod", fields(...podSpec.map((field) => `spec.${field}`), ...podStatus), {
      owner: byOwner,
      node: byNode,
    }),
    watched("v1", "Service", fields("spec.selector", "spec.type", "spec.ports", "spec.clusterIP", "status"), {
      application: byApplication,
    }),
    watched("discovery.k8s.io/v1", "EndpointSlice", fields("endpoints", "ports", "addressType"), {
      service: byService,
    }),
    watched("networking.k8s.io/v1", "Ingress", fields("spec", "status"), { application: byApplication }),
    watched("networking.k8s.io/v1", "NetworkPolicy", fields("spec"), { application: byApplication }),
    watched(
      "autoscaling/v2",
      "HorizontalPodAutoscaler",
      fields("spec.scaleTargetRef", "spec.minReplicas", "spec.maxReplicas"),
      { target: (autoscaler) => [scaleTargetOf(autoscaler)] },
    ),
    watched("v1", "Node", fields("status.conditions")),
  ];
}

const podStatus = [
  "phase",
  "reason",
  "message",
  "podIP",
  "hostIP",
  "startTime",
  ...["type", "status", "reason", "message", "lastTransitionTime"].map((field) => `conditions.${field}`),
  ...["containerStatuses", "initContainerStatuses"].flatMap((list) =>
    ["name", "ready", "started", "restartCount", "state", "lastState", "image", "imageID"].map(
      (field) => `${list}.${field}`,
    ),
  ),
].map((field) => `status.${field}`);
