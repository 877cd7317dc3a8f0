import { GennakerError, type Problem } from "@gennaker/contract/errors.ts";
import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import { isKubeError } from "@gennaker/kube-client/errors.ts";
import type { Capacity, Operation, ProviderPort, ServerGroupRef } from "../../port/api.ts";
import type { AccountRuntime } from "../accounts/account.ts";
import type { ClusterPort, ManifestRef } from "../cluster-port.ts";
import { labelsOfTemplate, record, selectorOf, selects } from "../inventory/related.ts";
import { serviceNames, trafficAnnotation } from "../inventory/server-group.ts";

type Operations = Pick<
  ProviderPort,
  | "validateCluster"
  | "createServerGroup"
  | "resizeServerGroup"
  | "enableServerGroup"
  | "disableServerGroup"
  | "destroyServerGroup"
  | "terminateInstance"
>;

const manifestsOnly =
  "Kubernetes is deployed to by manifests: use a deployManifest stage instead of a cluster of a deploy stage.";

/** The provider-neutral operations on workloads. All may be run twice; they go through the port of the stages. */
export function createGroupOperations(accounts: ReadonlyMap<string, AccountRuntime>, port: ClusterPort): Operations {
  const toRef = ({ region, name }: ServerGroupRef): ManifestRef => {
    const space = name.indexOf(" ");
    return { kind: name.slice(0, space), name: name.slice(space + 1), namespace: region, apiVersion: "apps/v1" };
  };

  /** The exact kind comes from the copies where they have it; the cluster itself is asked for the object. */
  async function workload(ref: ServerGroupRef, operation: Operation): Promise<KubeObject | null> {
    if (!accounts.has(ref.account)) return null;
    const { kind, ...rest } = toRef(ref);
    const exact = exactKinds.get(kind.toLowerCase());
    if (exact === undefined) return null;
    return port.get(ref.account, { ...rest, kind: exact }, { signal: operation.signal });
  }

  async function existing(ref: ServerGroupRef, operation: Operation): Promise<KubeObject> {
    const found = await workload(ref, operation);
    if (found !== null) return found;
    throw new GennakerError("not_found", `There is no ${ref.name} in ${ref.account}/${ref.region}.`);
  }

  const exactRef = (object: KubeObject): ManifestRef => ({
    apiVersion: object.apiVersion,
    kind: object.kind,
    name: object.metadata.name ?? "",
    namespace: object.metadata.namespace ?? "",
  });

  /** Spinnaker's way: the Services' selector labels come onto the template and the Pods, or leave them. */
  async function setTraffic(operation: Operation, ref: ServerGroupRef, on: boolean): Promise<void> {
    operation.signal.throwIfAborted();
    const object = await existing(ref, operation);
    for (const label of await trafficLabels(port, ref, object, operation.signal)) {
      const [name, value] = label;
      const labels = { [name]: on ? value : null };
      const has = labelsOfTemplate(object)[name] === value;
      if (has !== on) {
        const patch = { spec: { template: { metadata: { labels } } } };
        await port.patch(ref.account, exactRef(object), patch, "merge", { signal: operation.signal });
      }
      for (const pod of await podsOf(port, ref, object, operation.signal)) {
        if ((pod.metadata.labels?.[name] === value) === on) continue;
        await ignoreGone(
          port.patch(ref.account, exactRef(pod), { metadata: { labels } }, "merge", { signal: operation.signal }),
        );
      }
    }
  }

  return {
    validateCluster: (): Problem[] => [{ pointer: "", reason: manifestsOnly }],
    async createServerGroup() {
      throw new GennakerError("invalid_request", manifestsOnly);
    },
    async resizeServerGroup(operation, ref, capacity) {
      operation.signal.throwIfAborted();
      checkCapacity(capacity);
      const object = await existing(ref, operation);
      if (object.kind === "DaemonSet") {
        throw new GennakerError("invalid_request", `${ref.name} runs once on each node: it has no size to set.`);
      }
      // The Deployment would set its ReplicaSet back at once.
      const owner = object.metadata.ownerReferences?.find((each) => each.controller === true);
      const scaled =
        owner === undefined
          ? exactRef(object)
          : { apiVersion: owner.apiVersion, kind: owner.kind, name: owner.name, namespace: ref.region };
      await port.scale(ref.account, scaled, capacity.desired, { signal: operation.signal });
    },
    enableServerGroup: (operation, ref) => setTraffic(operation, ref, true),
    disableServerGroup: (operation, ref) => setTraffic(operation, ref, false),
    async destroyServerGroup(operation, ref) {
      operation.signal.throwIfAborted();
      const object = await workload(ref, operation);
      if (object === null) return;
      const { uid } = object.metadata;
      await port.delete(ref.account, exactRef(object), { cascade: "foreground", signal: operation.signal });
      await port.waitGone(ref.account, exactRef(object), {
        ...(uid === undefined ? {} : { uid }),
        signal: operation.signal,
      });
    },
    async terminateInstance(operation, ref, instanceId) {
      operation.signal.throwIfAborted();
      await existing(ref, operation);
      const pod = { apiVersion: "v1", kind: "Pod", name: instanceId, namespace: ref.region };
      await port.delete(ref.account, pod, { signal: operation.signal });
    },
  };
}

const exactKinds = new Map(["ReplicaSet", "StatefulSet", "DaemonSet"].map((kind) => [kind.toLowerCase(), kind]));

/** The selector labels of the Services that the workload was attached to, but for those that make it what it is. */
async function trafficLabels(
  port: ClusterPort,
  ref: ServerGroupRef,
  object: KubeObject,
  signal: AbortSignal,
): Promise<[string, string][]> {
  const text = object.metadata.annotations?.[trafficAnnotation];
  if (text === undefined) {
    throw new GennakerError(
      "invalid_request",
      `${ref.name} has no Services attached (annotation ${trafficAnnotation}), so it cannot be taken ` +
        "out of traffic alone. Deploy it with Services in the stage's traffic management.",
    );
  }
  const attached = serviceNames(text);
  const own = record(record(record(object["spec"])["selector"])["matchLabels"]);
  const labels = new Map<string, string>();
  for (const name of attached) {
    const service = await port.get(
      ref.account,
      { apiVersion: "v1", kind: "Service", name, namespace: ref.region },
      { signal },
    );
    if (service === null) continue;
    for (const [key, value] of Object.entries(selectorOf(service))) {
      if (own[key] === undefined) labels.set(key, value);
    }
  }
  return [...labels];
}

async function podsOf(
  port: ClusterPort,
  ref: ServerGroupRef,
  object: KubeObject,
  signal: AbortSignal,
): Promise<KubeObject[]> {
  const own = record(record(record(object["spec"])["selector"])["matchLabels"]) as Record<string, string>;
  const selector = Object.entries(own).map(([key, value]) => `${key}=${value}`);
  const pods = await port.list(ref.account, "pods", ref.region, selector.join(","), { signal });
  return pods.filter(
    (pod) =>
      selects(own, pod.metadata.labels) &&
      pod.metadata.ownerReferences?.some((owner) => owner.uid === object.metadata.uid) === true,
  );
}

async function ignoreGone(change: Promise<unknown>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (!isKubeError(error) || error.code !== 404) throw error;
  }
}

function checkCapacity({ min, max, desired }: Capacity): void {
  if (min <= desired && desired <= max && min >= 0) return;
  throw new GennakerError("invalid_request", `A capacity needs min ≤ desired ≤ max, not ${min}, ${desired}, ${max}.`);
}
