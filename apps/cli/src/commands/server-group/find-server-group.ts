import type { Client } from "@gennaker/client/client.ts";
import type { Cluster, ServerGroup } from "@gennaker/contract/resources/cluster.ts";
import { CliError } from "../../errors.ts";

/** `ACCOUNT/REGION/NAME`, or the name alone where it is unique. */
export async function findServerGroup(client: Client, text: string): Promise<ServerGroup> {
  const [account, region, ...rest] = text.split("/");
  if (account && region && rest.length > 0) {
    return client.call("getServerGroup", { params: { account, region, serverGroup: rest.join("/") } });
  }
  const found = serverGroupsOf(await clustersFor(client, text)).filter((group) => group.name === text);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  if (found.length > 1) {
    throw new CliError(`${found.length} server groups are called ${text}; say which.`, {
      next: found.map((group) => refOf(group)),
    });
  }
  throw new CliError(`There is no server group ${text}.`, {
    next: ["gennaker cluster list APPLICATION    shows those there are"],
  });
}

function refOf({ account, region, name }: Pick<ServerGroup, "account" | "region" | "name">): string {
  return `${account}/${region}/${name}`;
}

function serverGroupsOf(clusters: readonly Cluster[]): ServerGroup[] {
  return clusters.flatMap((cluster) => cluster.serverGroups);
}

/** The clusters of the applications that a server group of this name can belong to (`application-stack-detail-v000`). */
async function clustersFor(client: Client, serverGroup: string): Promise<Cluster[]> {
  const applications = (await client.call("listApplications", {})).map(({ name }) => name);
  const possible = applications.filter((name) => serverGroup === name || serverGroup.startsWith(`${name}-`));
  return (
    await Promise.all(possible.map((application) => client.call("listClusters", { params: { application } })))
  ).flat();
}

/** The server group that a rollback of `bad` goes back to: the newest before it in its cluster and region. */
export function previousServerGroup(clusters: readonly Cluster[], bad: ServerGroup): ServerGroup | null {
  const siblings = serverGroupsOf(clusters).filter(
    (group) =>
      group.cluster === bad.cluster &&
      group.account === bad.account &&
      group.region === bad.region &&
      group.canaryRole === null,
  );
  const earlier = siblings.filter((group) => group.createdAt < bad.createdAt);
  return earlier.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))[0] ?? null;
}
