import type { Operation } from "../../providers/port/api.ts";

export type LoadBalancerRef = { account: string; region: string; name: string };

export type LoadBalancerSpec = LoadBalancerRef & {
  application: string;
  port: number;
  healthCheck: { path: string; intervalMs: number; timeoutMs: number; healthy: number; unhealthy: number };
};

/** One server group behind a load balancer. */
export type TrafficTarget = {
  serverGroup: string;
  cluster: string;
  disabled: boolean;
  /** The pinned share in percent, null when it shares the rest by healthy instances. */
  pinnedPercent: number | null;
  /** The share the router was last told, in percent. */
  requestedPercent: number;
  /** The share of requests in the last seconds, null without requests. */
  measuredPercent: number | null;
  healthyInstances: number;
  totalInstances: number;
};

export type LoadBalancer = LoadBalancerSpec & {
  targets: readonly TrafficTarget[];
  /** Generation asked for and generation in force; equal when the router is up to date. */
  generation: number;
  generationInForce: number | null;
  state: "up" | "down";
  /** Why it is down or behind, in words; empty when up. */
  reason: string;
  requestsPerSecond: number | null;
};

/** One implementation per router. A rising group is raised before the other is lowered: 0/0 never exists. */
export type RouterPort = {
  name: string;
  loadBalancers(filter: { application?: string; account?: string }): Promise<readonly LoadBalancer[]>;
  loadBalancer(ref: LoadBalancerRef): Promise<LoadBalancer | null>;
  upsertLoadBalancer(operation: Operation, spec: LoadBalancerSpec): Promise<void>;
  deleteLoadBalancer(operation: Operation, ref: LoadBalancerRef): Promise<void>;
  /** Replaces all pins of the load balancer (empty list: none). Returns the generation that carries them. */
  setWeights(
    operation: Operation,
    ref: LoadBalancerRef,
    pins: readonly { serverGroup: string; percent: number }[],
  ): Promise<{ generation: number }>;
  /** Adds or changes the pins of some groups and leaves the others; `percent: null` takes a pin away. */
  patchWeights(
    operation: Operation,
    ref: LoadBalancerRef,
    pins: readonly { serverGroup: string; percent: number | null }[],
  ): Promise<{ generation: number }>;
  /** The generation the data plane confirms, null when it cannot be asked. */
  confirmedGeneration(ref: LoadBalancerRef): Promise<number | null>;
  /**
   * The split measured since `since`, in percent by server group; `samples` is the number of requests looked at, and
   * `matches` is null when they are too few to tell.
   */
  verify(
    ref: LoadBalancerRef,
    since: Date,
  ): Promise<{ samples: number; split: Record<string, number>; matches: boolean | null }>;
  /** Requests in flight to a server group, null when it cannot be asked. */
  inFlight(ref: LoadBalancerRef, serverGroup: string): Promise<number | null>;
};
