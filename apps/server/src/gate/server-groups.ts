import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Instance, InventoryFilter, ProviderPort, ServerGroup } from "../providers/port/api.ts";

/** The server groups of every provider. */
export async function serverGroupsOf(
  providers: ReadonlyMap<string, ProviderPort>,
  filter: InventoryFilter,
): Promise<ServerGroup[]> {
  return (await Promise.all([...providers.values()].map((provider) => provider.serverGroups(filter)))).flat();
}

/** A server group as Gate's lists and its details show it. */
export function serverGroupJson(group: ServerGroup): JsonObject {
  return {
    name: group.name,
    account: group.account,
    region: group.region,
    cluster: group.cluster,
    cloudProvider: group.cloudProvider,
    type: group.cloudProvider,
    application: group.application,
    isDisabled: group.disabled,
    securityGroups: [],
    serverGroupManagers: [],
    createdTime: Date.parse(group.createdAt),
    loadBalancers: [...group.loadBalancers],
    zones: [...group.zones],
    moniker: {
      app: group.application,
      cluster: group.cluster,
      stack: group.stack,
      detail: group.detail,
      sequence: group.sequence,
    },
    capacity: { ...group.capacity },
    instanceCounts: instanceCounts([group]),
    instances: group.instances.map((instance) => instanceJson(group, instance)),
  };
}

/** An instance inside its server group. */
export function instanceJson(group: ServerGroup, instance: Instance): JsonObject {
  return {
    id: instance.id,
    name: instance.id,
    zone: instance.zone,
    availabilityZone: instance.zone,
    launchTime: instance.startedAt ? Date.parse(instance.startedAt) : 0,
    healthState: gateState(instance.state),
    health: [{ type: group.cloudProvider, state: gateState(instance.state), description: instance.reason }],
  };
}

export function instanceCounts(groups: readonly ServerGroup[]): JsonObject {
  const instances = groups.flatMap((group) => group.instances);
  const count = (...states: string[]) => instances.filter((instance) => states.includes(instance.state)).length;
  return {
    total: instances.length,
    up: count("up"),
    down: count("down"),
    starting: count("starting"),
    unknown: count("unknown"),
    outOfService: count("outOfService"),
  };
}

const states: Readonly<Record<string, string>> = {
  up: "Up",
  outOfService: "OutOfService",
  starting: "Starting",
  unknown: "Unknown",
};

function gateState(state: string): string {
  return states[state] ?? "Down";
}
