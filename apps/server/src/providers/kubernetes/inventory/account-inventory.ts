import { createSlices } from "@gennaker/kube-client/http/slices.ts";
import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import type { InventoryFilter, ServerGroup, ServerGroupRef } from "../../port/api.ts";
import type { KubernetesAccountSettings } from "../settings.ts";
import type { WorkloadKey } from "./affected-groups.ts";
import type { Caches } from "./caches.ts";
import { isIgnored, monikerOf } from "./moniker.ts";
import { toLoadBalancer, toNetworkPolicy, type KubernetesLoadBalancer, type NetworkPolicy } from "./networking.ts";
import { serverGroupKinds, toServerGroup } from "./server-group.ts";

/** What one account shows, read from its copies. Nothing here asks the cluster. */
export type AccountInventory = {
  /** Lets other work run in between: an account may have thousands. */
  serverGroups(filter: InventoryFilter): Promise<ServerGroup[]>;
  /** Those whose Pods ask to be scraped. */
  scraped(): ServerGroup[];
  serverGroup(ref: Pick<ServerGroupRef, "region" | "name">): ServerGroup | null;
  byKey(key: WorkloadKey): ServerGroup | null;
  /** The workload behind a server group's name. */
  workload(ref: Pick<ServerGroupRef, "region" | "name">): KubeObject | null;
  namespaces(): string[];
  loadBalancers(application?: string): KubernetesLoadBalancer[];
  networkPolicies(application?: string): NetworkPolicy[];
};

export function createAccountInventory(
  caches: Caches,
  settings: Pick<KubernetesAccountSettings, "name" | "onlySpinnakerManaged" | "namespaces">,
): AccountInventory {
  const shown = (object: KubeObject): boolean =>
    !isIgnored(object) && (!settings.onlySpinnakerManaged || monikerOf(object).managed);
  const select = (kind: string, application: string | undefined): KubeObject[] =>
    (application === undefined
      ? caches.list(kind)
      : caches.byIndex(kind, "application", application.toLowerCase())
    ).filter(shown);
  const toGroup = (workload: KubeObject): ServerGroup => toServerGroup(settings.name, caches, workload);

  function workload(ref: Pick<ServerGroupRef, "region" | "name">): KubeObject | null {
    const space = ref.name.indexOf(" ");
    const kind = serverGroupKinds.find((each) => each.toLowerCase() === ref.name.slice(0, space).toLowerCase());
    if (kind === undefined) return null;
    const found = caches.get(kind, ref.region, ref.name.slice(space + 1));
    return found !== undefined && shown(found) ? found : null;
  }

  return {
    workload,
    async serverGroups(filter) {
      if (filter.account !== undefined && filter.account !== settings.name) return [];
      const slices = createSlices();
      const groups: ServerGroup[] = [];
      for (const workload of serverGroupKinds.flatMap((kind) => select(kind, filter.application))) {
        if (filter.region !== undefined && workload.metadata.namespace !== filter.region) continue;
        if (filter.cluster !== undefined && monikerOf(workload).cluster !== filter.cluster) continue;
        groups.push(toGroup(workload));
        if (slices.due()) await slices.yield();
      }
      return groups;
    },
    scraped: () =>
      serverGroupKinds.flatMap((kind) => caches.byIndex(kind, "scraped", "yes").filter(shown).map(toGroup)),
    serverGroup(ref) {
      const found = workload(ref);
      return found === null ? null : toGroup(found);
    },
    byKey({ kind, namespace, name }) {
      const found = caches.get(kind, namespace, name);
      return found === undefined || !shown(found) ? null : toGroup(found);
    },
    namespaces() {
      if (settings.namespaces.length > 0) return [...settings.namespaces];
      const seen = ["Service", ...serverGroupKinds, "Pod"].flatMap((kind) => caches.namespacesOf(kind));
      return [...new Set(seen)].sort();
    },
    loadBalancers: (application) =>
      ["Service", "Ingress"].flatMap((kind) =>
        select(kind, application).map((object) => toLoadBalancer(settings.name, caches, object)),
      ),
    networkPolicies: (application) =>
      select("NetworkPolicy", application).map((object) => toNetworkPolicy(settings.name, caches, object)),
  };
}
