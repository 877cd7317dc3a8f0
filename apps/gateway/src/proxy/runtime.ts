import type { Instance, LoadBalancer, ServerGroup, Snapshot } from "@gennaker/gateway-config/snapshot.ts";
import { defaultBind } from "@gennaker/gateway-config/snapshot.ts";
import { createCounters } from "./counters.ts";
import type { BalancerRuntime, GroupRuntime, InstanceRuntime } from "./model.ts";

/** Series of what a snapshot removed are still shown for this long, so that the last scrape misses nothing. */
const keepRemovedMs = 300_000;

export interface Runtime {
  generation: number;
  generationSince: Date;
  balancers: Map<string, BalancerRuntime>;
  /** Removed groups and instances whose counters are still shown, with the time (performance.now) of removal. */
  departed: { group: GroupRuntime; instance: InstanceRuntime | undefined; at: number }[];
}

export function createRuntime(): Runtime {
  return { generation: 0, generationSince: new Date(), balancers: new Map(), departed: [] };
}

/** Applies a checked snapshot in place: connections, health, counters and credits of what stays are kept. */
export function applySnapshot(runtime: Runtime, snapshot: Snapshot, now: number): void {
  const next = new Map<string, BalancerRuntime>();
  for (const config of snapshot.loadBalancers) {
    const balancer = runtime.balancers.get(config.name) ?? createBalancer(config);
    applyBalancer(runtime, balancer, config, now);
    next.set(config.name, balancer);
  }
  for (const [name, balancer] of runtime.balancers) {
    if (next.has(name)) continue;
    for (const group of balancer.groups) removeGroup(runtime, group, now);
    balancer.groups = [];
    refresh(balancer);
  }
  runtime.balancers = next;
  runtime.generation = snapshot.generation;
  runtime.generationSince = new Date();
  runtime.departed = runtime.departed.filter((entry) => now - entry.at < keepRemovedMs);
}

function createBalancer(config: LoadBalancer): BalancerRuntime {
  return {
    name: config.name,
    bind: config.bind ?? defaultBind,
    port: config.port,
    config,
    groups: [],
    weighted: [],
    inFlight: 0,
    clientConnections: 0,
    unrouted: [0, 0, 0, 0, 0],
  };
}

function applyBalancer(runtime: Runtime, balancer: BalancerRuntime, config: LoadBalancer, now: number): void {
  const checked = config.healthCheck !== undefined;
  const before = new Map(balancer.groups.map((group) => [group.name, group]));
  balancer.config = config;
  balancer.bind = config.bind ?? defaultBind;
  balancer.port = config.port;
  balancer.groups = config.serverGroups.map((groupConfig) => {
    const group = before.get(groupConfig.name) ?? reviveGroup(runtime, balancer, groupConfig);
    before.delete(groupConfig.name);
    group.weight = groupConfig.weight;
    group.labels = groupConfig.labels;
    applyInstances(runtime, group, groupConfig.instances, checked, now);
    return group;
  });
  for (const group of before.values()) removeGroup(runtime, group, now);
  refresh(balancer);
}

/** A group that comes back soon goes on counting, so that its counters never jump back. */
function reviveGroup(runtime: Runtime, balancer: BalancerRuntime, config: ServerGroup): GroupRuntime {
  const found = runtime.departed.find(
    ({ group, instance }) => !instance && group.name === config.name && group.balancer === balancer.name,
  );
  if (found) {
    runtime.departed.splice(runtime.departed.indexOf(found), 1);
    found.group.removed = false;
    return found.group;
  }
  return {
    name: config.name,
    balancer: balancer.name,
    weight: config.weight,
    labels: config.labels,
    instances: [],
    routable: [],
    cursor: 0,
    credit: 0,
    inFlight: 0,
    counters: createCounters(),
    removed: false,
  };
}

function applyInstances(
  runtime: Runtime,
  group: GroupRuntime,
  wanted: readonly Instance[],
  checked: boolean,
  now: number,
): void {
  const before = new Map(group.instances.map((instance) => [instance.id, instance]));
  group.instances = wanted.map((config) => {
    const known = before.get(config.id);
    if (known && known.address === config.address && known.port === config.port) {
      before.delete(config.id);
      known.state = config.state;
      known.zone = config.zone ?? "";
      if (checked && known.health === "unchecked") known.health = "unknown";
      if (!checked) known.health = "unchecked";
      return known;
    }
    return createInstance(config, checked);
  });
  for (const instance of before.values()) removeInstance(runtime, group, instance, now);
}

function createInstance(config: Instance, checked: boolean): InstanceRuntime {
  return {
    id: config.id,
    address: config.address,
    port: config.port,
    zone: config.zone ?? "",
    state: config.state,
    health: checked ? "unknown" : "unchecked",
    reason: undefined,
    passes: 0,
    failures: 0,
    inFlight: 0,
    answers: [0, 0, 0, 0, 0],
    idle: [],
    removed: false,
  };
}

function removeInstance(runtime: Runtime, group: GroupRuntime, instance: InstanceRuntime, now: number): void {
  instance.removed = true;
  for (const connection of instance.idle.splice(0)) connection.socket.destroy();
  runtime.departed.push({ group, instance, at: now });
}

function removeGroup(runtime: Runtime, group: GroupRuntime, now: number): void {
  for (const instance of group.instances) removeInstance(runtime, group, instance, now);
  group.instances = [];
  group.removed = true;
  runtime.departed.push({ group, instance: undefined, at: now });
}

function isRoutable(instance: InstanceRuntime): boolean {
  return instance.state === "active" && (instance.health === "healthy" || instance.health === "unchecked");
}

/** Recomputes what can be routed to; called whenever health, state, weights or instances change. */
export function refresh(balancer: BalancerRuntime): void {
  for (const group of balancer.groups) group.routable = group.instances.filter(isRoutable);
  balancer.weighted = balancer.groups.filter((group) => group.weight > 0 && group.routable.length > 0);
}
