import type { ProviderPort, ServerGroup, ServerGroupRef } from "../../providers/port/api.ts";
import type { Guards, TrafficGuard } from "./api.ts";
import { decideGuard } from "./decide.ts";

export type GuardDeps = {
  /** The application's `trafficGuards`; an unknown application has none. */
  guardsOf(application: string): Promise<readonly TrafficGuard[]>;
  providers: ReadonlyMap<string, ProviderPort>;
};

/** Reads the inventory of the moment and decides cluster by cluster; the first refusal is the answer. */
export function createGuards(deps: GuardDeps): Guards {
  async function find(ref: ServerGroupRef): Promise<{ provider: ProviderPort; group: ServerGroup } | null> {
    for (const provider of deps.providers.values()) {
      const group = await provider.serverGroup(ref);
      if (group !== null) return { provider, group };
    }
    return null;
  }
  return {
    async check(action, targets) {
      const clusters = new Map<string, { provider: ProviderPort; groups: ServerGroup[] }>();
      for (const ref of targets) {
        const found = await find(ref);
        if (found === null) continue;
        const key = JSON.stringify([found.group.account, found.group.region, found.group.cluster]);
        const entry = clusters.get(key) ?? { provider: found.provider, groups: [] };
        entry.groups.push(found.group);
        clusters.set(key, entry);
      }
      for (const { provider, groups } of clusters.values()) {
        const first = groups[0];
        if (first === undefined) continue;
        const { application, account, region, cluster } = first;
        const guards = await deps.guardsOf(application);
        const all = await provider.serverGroups({ application, account, region, cluster });
        const refusal = decideGuard({ action, guards, targets: groups, cluster: all });
        if (refusal !== null) return refusal;
      }
      return null;
    },
  };
}
