import { GennakerError } from "@gennaker/contract/errors.ts";
import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import type { Capacity, Operation, ProviderPort, ServerGroup, ServerGroupRef } from "../../port/api.ts";
import type { ClusterPort, ManifestRef } from "../cluster-port.ts";
import { annotation, loadBalancersOf } from "../manifest/annotations.ts";
import { parseFullName } from "../manifest/manifest.ts";
import { asJson } from "../stages/shared/cluster-task.ts";
import { clusterProblems, launchOf } from "./cluster-document.ts";
import { createGroup, resizedLaunch } from "./create-group.ts";
import type { OperationKind, OperationStore } from "./operation-store.ts";
import { switchTraffic } from "./switch-traffic.ts";

type Operations = Pick<
  ProviderPort,
  | "validateCluster"
  | "createServerGroup"
  | "resizeServerGroup"
  | "enableServerGroup"
  | "disableServerGroup"
  | "disableInstances"
  | "destroyServerGroup"
  | "terminateInstance"
>;

export type GroupOperationDeps = {
  port: ClusterPort;
  store: OperationStore;
  /** Resolves when the inventory shows it, so that who reads next sees the change; after a while in any case. */
  shown(ref: ServerGroupRef, done: (group: ServerGroup | null) => boolean, signal: AbortSignal): Promise<void>;
};

/** Kinds that are server groups, by Spinnaker's names. */
const groupKinds = new Set(["replicaSet", "statefulSet", "daemonSet"]);

/** The provider-neutral operations on workloads, through the port of the stages. A key that was done does nothing. */
export function createGroupOperations({ port, store, shown }: GroupOperationDeps): Operations {
  async function workload(ref: ServerGroupRef, { signal }: Operation): Promise<KubeObject | null> {
    const parsed = parseFullName(ref.name);
    if (parsed === null || !groupKinds.has(parsed.kind) || !port.accounts().includes(ref.account)) return null;
    return port.get(ref.account, { ...parsed, namespace: ref.region }, { signal });
  }

  async function existing(ref: ServerGroupRef, operation: Operation): Promise<KubeObject> {
    const found = await workload(ref, operation);
    if (found !== null) return found;
    throw new GennakerError("not_found", `There is no ${ref.name} in ${ref.account}/${ref.region}.`);
  }

  /** Does it unless the key was done before. A crash in between does it again: all of them are ensures. */
  async function once(
    operation: Operation,
    kind: OperationKind,
    ref: ServerGroupRef,
    act: () => Promise<void>,
  ): Promise<void> {
    operation.signal.throwIfAborted();
    if (!(await store.begin(operation.key, kind, ref))) return;
    await act();
    await store.done(operation.key);
  }

  /** With a share, so many percent of the instances leave and the group stays enabled. */
  async function setTraffic(operation: Operation, ref: ServerGroupRef, on: boolean, share?: number): Promise<void> {
    const { signal } = operation;
    const live = asJson(await existing(ref, operation));
    const loadBalancers = loadBalancersOf(live);
    if (loadBalancers.length === 0) {
      throw new GennakerError(
        "invalid_request",
        `${ref.name} has no Services attached (annotation ${annotation.loadBalancers}), so it cannot be taken ` +
          "out of traffic alone. Deploy it with Services in the stage's traffic management.",
      );
    }
    await switchTraffic(port, {
      account: ref.account,
      live,
      loadBalancers,
      on,
      signal,
      ...(share === undefined ? {} : { share }),
      missing(loadBalancer) {
        if (!on) return;
        throw new GennakerError(
          "not_found",
          `${ref.name} cannot be put behind ${loadBalancer}: there is none in ${ref.account}/${ref.region}.`,
        );
      },
    });
    if (share === undefined) await shown(ref, (group) => group === null || group.disabled !== on, signal);
  }

  async function resize(operation: Operation, ref: ServerGroupRef, capacity: Capacity): Promise<void> {
    const { signal } = operation;
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
    await port.scale(ref.account, scaled, capacity.desired, { signal });
    const launch = resizedLaunch(launchOf(object), capacity);
    if (launch !== null) {
      const patch = { metadata: { annotations: { [annotation.launch]: JSON.stringify(launch) } } };
      await port.patch(ref.account, exactRef(object), patch, "merge", { signal });
    }
    await shown(ref, (group) => group === null || group.capacity.desired === capacity.desired, signal);
  }

  return {
    validateCluster: clusterProblems,
    async createServerGroup(operation, cluster) {
      const ref = await createGroup(port, store, operation, cluster);
      await shown(ref, (group) => group !== null, operation.signal);
      return ref;
    },
    async resizeServerGroup(operation, ref, capacity) {
      checkCapacity(capacity);
      await once(operation, "resize", ref, () => resize(operation, ref, capacity));
    },
    enableServerGroup: (operation, ref) => once(operation, "enable", ref, () => setTraffic(operation, ref, true)),
    disableServerGroup: (operation, ref) => once(operation, "disable", ref, () => setTraffic(operation, ref, false)),
    disableInstances: (operation, ref, percentage) =>
      once(operation, "disable", ref, () => setTraffic(operation, ref, false, percentage)),
    destroyServerGroup: (operation, ref) =>
      once(operation, "destroy", ref, async () => {
        const object = await workload(ref, operation);
        if (object === null) return;
        const { signal } = operation;
        const { uid } = object.metadata;
        await port.delete(ref.account, exactRef(object), { cascade: "foreground", signal });
        await port.waitGone(ref.account, exactRef(object), { ...(uid === undefined ? {} : { uid }), signal });
        await shown(ref, (group) => group === null, signal);
      }),
    terminateInstance: (operation, ref, instanceId) =>
      once(operation, "terminate", ref, async () => {
        await existing(ref, operation);
        const pod = { apiVersion: "v1", kind: "Pod", name: instanceId, namespace: ref.region };
        await port.delete(ref.account, pod, { signal: operation.signal });
      }),
  };
}

const exactRef = (object: KubeObject): ManifestRef => ({
  apiVersion: object.apiVersion,
  kind: object.kind,
  name: object.metadata.name ?? "",
  namespace: object.metadata.namespace ?? "",
});

function checkCapacity({ min, max, desired }: Capacity): void {
  if (min <= desired && desired <= max && min >= 0) return;
  throw new GennakerError("invalid_request", `A capacity needs min ≤ desired ≤ max, not ${min}, ${desired}, ${max}.`);
}
