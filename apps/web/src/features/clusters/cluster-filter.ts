import type { Cluster, ServerGroup } from "@gennaker/contract/resources/cluster.ts";

/** Clusters, with only the server groups that have every word of the query in their name, cluster, account or version. */
export function filterClusters(clusters: readonly Cluster[], query: string): Cluster[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return [...clusters];
  return clusters.flatMap((cluster) => {
    const serverGroups = cluster.serverGroups.filter((group) => {
      const text = `${cluster.name} ${cluster.account} ${group.name} ${group.region} ${versionOf(group)}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    return serverGroups.length === 0 ? [] : [{ ...cluster, serverGroups }];
  });
}

/** What a person calls the artifact: its version, else the last part of its reference. */
export function versionOf(group: Pick<ServerGroup, "artifact">): string {
  const { version, reference } = group.artifact;
  return version ?? reference.split(/[/\\]/).findLast((part) => part !== "") ?? reference;
}

/** `v003` of `shop-prod-v003`; the whole name where it does not end so. */
export function shortName(group: Pick<ServerGroup, "name" | "cluster">): string {
  return group.name.startsWith(`${group.cluster}-`) ? group.name.slice(group.cluster.length + 1) : group.name;
}

/** How many instances are in each state, in the order of the states' first appearance. */
export function instanceCounts(
  group: Pick<ServerGroup, "instances">,
): [ServerGroup["instances"][number]["state"], number][] {
  return [...Map.groupBy(group.instances, (instance) => instance.state)].map(([state, list]) => [state, list.length]);
}

/** The newest enabled group of the list, which newest groups come first in. */
export function newestName(groups: readonly ServerGroup[]): string | null {
  return groups.toSorted((a, b) => b.sequence - a.sequence)[0]?.name ?? null;
}

export type Usage = { cpuPercent: number | null; memoryBytes: number | null };

export function usageOf(details: Readonly<Record<string, unknown>>): Usage {
  const { cpuPercent, memoryBytes } = details;
  return {
    cpuPercent: typeof cpuPercent === "number" ? cpuPercent : null,
    memoryBytes: typeof memoryBytes === "number" ? memoryBytes : null,
  };
}
