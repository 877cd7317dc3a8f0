import { GennakerError } from "@gennaker/contract/errors.ts";
import type {
  Cluster,
  LoadBalancer as LoadBalancerResource,
  ServerGroup as ServerGroupResource,
} from "@gennaker/contract/resources/cluster.ts";
import type { Handlers } from "../../platform/http/api.ts";
import type { ProviderPort, ServerGroup } from "../../providers/port/api.ts";
import type { LoadBalancer, RouterPort } from "../../traffic/port/api.ts";

type Dependencies = { providers: ReadonlyMap<string, ProviderPort>; routers: readonly RouterPort[] };

export function clusterHandlers({ providers, routers }: Dependencies): Handlers {
  const all = [...providers.values()];

  async function groupsOf(application: string): Promise<ServerGroup[]> {
    return (await Promise.all(all.map((provider) => provider.serverGroups({ application })))).flat();
  }

  async function balancersOf(application: string): Promise<LoadBalancer[]> {
    return (await Promise.all(routers.map((router) => router.loadBalancers({ application })))).flat();
  }

  async function ownerOf(account: string): Promise<ProviderPort> {
    for (const provider of all) {
      if ((await provider.accounts()).some((each) => each.name === account)) return provider;
    }
    throw new GennakerError("not_found", `There is no account ${account}. List the accounts to see those configured.`);
  }

  async function group(params: { account: string; region: string; serverGroup: string }): Promise<ServerGroup> {
    const provider = await ownerOf(params.account);
    const found = await provider.serverGroup({
      account: params.account,
      region: params.region,
      name: params.serverGroup,
    });
    if (found) return found;
    throw new GennakerError(
      "not_found",
      `There is no server group ${params.serverGroup} in ${params.account}/${params.region}.`,
    );
  }

  return {
    listAccounts: async () =>
      (await Promise.all(all.map((provider) => provider.accounts()))).flat().map((account) => ({
        ...account,
        regions: account.regions.map((region) => ({ name: region.name, zones: [...region.zones] })),
      })),
    listClusters: async ({ params }) => {
      const application = params.application.toLowerCase();
      const [groups, balancers] = await Promise.all([groupsOf(application), balancersOf(application)]);
      return toClusters(groups, balancers);
    },
    getServerGroup: async ({ params }) => {
      const found = await group(params);
      return toResource(found, await balancersOf(found.application));
    },
    getLogs: async ({ params, query, signal }) => {
      const provider = await ownerOf(params.account);
      await group(params);
      const ref = { account: params.account, region: params.region, name: params.serverGroup };
      return withEnds(
        provider.logs(ref, params.instance, { tail: query.tail ?? 200, follow: query.follow === "true", signal }),
      );
    },
    listLoadBalancers: async ({ params }) =>
      (await balancersOf(params.application.toLowerCase())).map(balancerResource),
  };
}

/** Providers give lines without their ends; a text answer needs them. */
async function* withEnds(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}

/** Server groups by account and cluster, newest first. */
function toClusters(groups: readonly ServerGroup[], balancers: readonly LoadBalancer[]): Cluster[] {
  const clusters = new Map<string, Cluster>();
  for (const group of [...groups].sort((a, b) => b.sequence - a.sequence)) {
    const key = `${group.account} ${group.cluster}`;
    const cluster = clusters.get(key) ?? {
      name: group.cluster,
      account: group.account,
      cloudProvider: group.cloudProvider,
      application: group.application,
      serverGroups: [],
    };
    cluster.serverGroups.push(toResource(group, balancers));
    clusters.set(key, cluster);
  }
  return [...clusters.values()].sort((a, b) => a.name.localeCompare(b.name));
}

function toResource(group: ServerGroup, balancers: readonly LoadBalancer[]): ServerGroupResource {
  const { launch: _launch, metricsPath: _metricsPath, ...rest } = group;
  return {
    ...rest,
    instances: group.instances.map((instance) => ({ ...instance })),
    loadBalancers: [...group.loadBalancers],
    zones: [...group.zones],
    traffic: balancers
      .filter((balancer) => balancer.account === group.account && balancer.region === group.region)
      .flatMap((balancer) =>
        balancer.targets
          .filter((target) => target.serverGroup === group.name)
          .map((target) => ({
            loadBalancer: balancer.name,
            requestedPercent: target.requestedPercent,
            measuredPercent: target.measuredPercent,
          })),
      ),
  };
}

function balancerResource(balancer: LoadBalancer): LoadBalancerResource {
  return { ...balancer, targets: balancer.targets.map((target) => ({ ...target })) };
}
