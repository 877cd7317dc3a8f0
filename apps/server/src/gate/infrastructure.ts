import { GennakerError } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { GateRoute } from "../platform/http/api.ts";
import type { Instance, ServerGroup } from "../providers/port/api.ts";
import type { GateDependencies } from "./deps.ts";
import { instanceCounts, instanceJson, serverGroupJson, serverGroupsOf } from "./server-groups.ts";
import type { NamedBalancer } from "./load-balancers.ts";
import { loadBalancersOf } from "./load-balancers.ts";
import { targetOf } from "./target-server-group.ts";

const clusters = "/applications/:application/clusters/:account";

/** Gate's paths about clusters, server groups, instances and load balancers, whatever their provider. */
export function infrastructureRoutes({ providers, routers, manifests }: GateDependencies): GateRoute[] {
  type Params = Record<string, string>;
  const inCluster = async (params: Params): Promise<ServerGroup[]> => {
    const { application = "", account = "", cluster } = params;
    const filter = { application: application.toLowerCase(), account, ...(cluster === undefined ? {} : { cluster }) };
    return serverGroupsOf(providers, filter);
  };
  const one = async ({ account = "", region = "", name = "" }: Params): Promise<ServerGroup> => {
    for (const provider of providers.values()) {
      const found = await provider.serverGroup({ account, region, name });
      if (found) return found;
    }
    throw new GennakerError("not_found", `Server group ${name} not found in ${account}/${region}.`);
  };
  const instanceOf = async ({ account = "", region = "", id = "" }: Params): Promise<[ServerGroup, Instance]> => {
    for (const group of await serverGroupsOf(providers, { account, region })) {
      const found = group.instances.find((instance) => instance.id === id);
      if (found) return [group, found];
    }
    throw new GennakerError("not_found", `Instance ${id} not found in ${account}/${region}.`);
  };
  const balancers = (filter: { application?: string } = {}) => loadBalancersOf(providers, routers, filter);

  return [
    {
      method: "GET",
      path: clusters,
      handle: async ({ params }) => {
        const groups = Map.groupBy(await inCluster(params), (group) => group.cluster);
        return { body: [...groups.values()].map((members) => clusterJson(members, (group) => group.name)) };
      },
    },
    {
      method: "GET",
      path: `${clusters}/:cluster`,
      handle: async ({ params }) => {
        const groups = await inCluster(params);
        if (groups.length === 0) throw noCluster(params);
        return { body: clusterJson(groups, serverGroupJson) };
      },
    },
    {
      method: "GET",
      path: `${clusters}/:cluster/serverGroups`,
      handle: async ({ params }) => ({ body: (await inCluster(params)).map(serverGroupJson) }),
    },
    {
      method: "GET",
      path: `${clusters}/:cluster/serverGroups/:name`,
      handle: async ({ params }) => {
        const found = (await inCluster(params)).filter((group) => group.name === params["name"]);
        if (found.length === 0) throw noCluster(params);
        return { body: found.map(serverGroupJson) };
      },
    },
    {
      method: "GET",
      path: `${clusters}/:cluster/:provider/:scope/serverGroups/target/:target`,
      handle: async ({ params }) => {
        const groups = (await inCluster(params)).filter((group) => group.region === params["scope"]);
        return { body: serverGroupJson(targetOf(params["target"] ?? "", groups)) };
      },
    },
    {
      method: "GET",
      path: "/applications/:application/serverGroups/:account/:region/:name",
      handle: async ({ params }) => ({ body: serverGroupJson(await one(params)) }),
    },
    {
      method: "GET",
      path: "/serverGroups",
      handle: async ({ query }) => {
        const applications = listOf(query["applications"]);
        const ids = new Set(listOf(query["ids"]));
        const groups = (
          await Promise.all(
            (applications.length > 0 ? applications : [undefined]).map((name) =>
              serverGroupsOf(providers, name === undefined ? {} : { application: name.toLowerCase() }),
            ),
          )
        ).flat();
        const wanted = groups.filter(
          (group) => ids.size === 0 || ids.has(`${group.account}:${group.region}:${group.name}`),
        );
        return { body: wanted.map(serverGroupJson) };
      },
    },
    {
      method: "GET",
      path: "/instances/:account/:region/:id",
      handle: async ({ params }) => {
        const [group, instance] = await instanceOf(params);
        const { account, region, name, cluster, cloudProvider, loadBalancers } = group;
        return {
          body: {
            ...instanceJson(group, instance),
            account,
            region,
            cluster,
            cloudProvider,
            serverGroup: name,
            loadBalancers: [...loadBalancers],
            address: instance.address,
            port: instance.port,
            ...instance.details,
          },
        };
      },
    },
    {
      method: "GET",
      path: "/instances/:account/:region/:id/console",
      handle: async ({ params }) => {
        const { account = "", region = "", id = "" } = params;
        // Pods of jobs belong to no server group; Spinnaker's pages call them `pod name`.
        const outputs = await manifests.output(account, region, id.replace(/^pod /i, ""), AbortSignal.timeout(15_000));
        if (outputs !== null) return { body: { output: outputs } };
        const [group, instance] = await instanceOf(params);
        const provider = [...providers.values()].find((each) => each.name === group.cloudProvider);
        const options = { tail: 1_000, follow: false, signal: AbortSignal.timeout(10_000) };
        let output = "";
        for await (const piece of provider?.logs(group, instance.id, options) ?? []) output += piece;
        return { body: { output } };
      },
    },
    { method: "GET", path: "/loadBalancers", handle: async () => ({ body: (await balancers()).map(balancerJson) }) },
    {
      method: "GET",
      path: "/loadBalancers/:name",
      handle: async ({ params }) => {
        const found = (await balancers()).filter((balancer) => balancer.name === params["name"]);
        return { body: { name: params["name"] ?? "", accounts: found.map(balancerJson) } };
      },
    },
    {
      method: "GET",
      path: "/loadBalancers/:account/:region/:name",
      handle: async ({ params: { account, region, name } }) => {
        const all = await balancers();
        const found = all.filter((each) => each.account === account && each.region === region && each.name === name);
        if (found.length === 0) throw new GennakerError("not_found", `Load balancer ${name} not found.`);
        return { body: found.map(balancerJson) };
      },
    },
    {
      method: "GET",
      path: "/applications/:application/loadBalancers",
      handle: async ({ params }) => {
        const application = (params["application"] ?? "").toLowerCase();
        return { body: (await balancers({ application })).map(balancerJson) };
      },
    },
  ];
}

function clusterJson(groups: readonly ServerGroup[], show: (group: ServerGroup) => JsonObject[string]): JsonObject {
  const [first] = groups;
  return {
    name: first?.cluster ?? "",
    accountName: first?.account ?? "",
    application: first?.application ?? "",
    type: first?.cloudProvider ?? "",
    loadBalancers: [...new Set(groups.flatMap((group) => group.loadBalancers))],
    serverGroups: groups.map(show),
    instanceCounts: instanceCounts(groups),
  };
}

function balancerJson(balancer: NamedBalancer): JsonObject {
  return {
    name: balancer.name,
    account: balancer.account,
    region: balancer.region,
    type: balancer.cloudProvider,
    cloudProvider: balancer.cloudProvider,
    serverGroups: balancer.targets.map((target) => ({
      name: target.serverGroup,
      isDisabled: target.disabled,
      detachedInstances: [],
      instances: [],
    })),
  };
}

function noCluster({ application, account, cluster }: Record<string, string>): GennakerError {
  return new GennakerError("not_found", `Cluster ${cluster} of ${application} not found in account ${account}.`);
}

function listOf(text: string | undefined): string[] {
  return (text ?? "").split(",").filter(Boolean);
}
