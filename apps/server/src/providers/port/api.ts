import type { Problem } from "@gennaker/contract/errors.ts";
import type { JsonObject } from "@gennaker/contract/json.ts";
import type { Actor } from "../../platform/audit/api.ts";

export type ServerGroupRef = { account: string; region: string; name: string };

export type Capacity = { min: number; max: number; desired: number };

/** A provider's verdict on a server group, with the reason in words. */
export type Health = { status: "stable" | "progressing" | "paused" | "failed"; code: string; reason: string };

export type InstanceState = "starting" | "up" | "down" | "outOfService" | "stopping" | "stopped" | "unknown";

export type Instance = {
  id: string;
  zone: string;
  state: InstanceState;
  /** Why it is in this state, in words. */
  reason: string;
  /** Where it listens, null until known. */
  address: string | null;
  port: number | null;
  startedAt: string | null;
  restarts: number;
  /** Provider's own facts: pid, exit status, cpuPercent, memoryBytes … */
  details: JsonObject;
};

export type ServerGroup = ServerGroupRef & {
  cloudProvider: string;
  application: string;
  /** `app-stack-detail` (Frigga). */
  cluster: string;
  stack: string;
  detail: string;
  /** The number of `vNNN`. */
  sequence: number;
  createdAt: string;
  /** Disabled: instances run but get no traffic from any load balancer. */
  disabled: boolean;
  capacity: Capacity;
  instances: readonly Instance[];
  loadBalancers: readonly string[];
  zones: readonly string[];
  /** What runs: type, reference, digest, and a version where one is known. */
  artifact: { type: string; reference: string; digest: string; version: string | null };
  health: Health;
  /** Names the canary stage that owns it and its role there; null for ordinary ones. Traffic guards leave such alone. */
  canaryRole: "baseline" | "canary" | null;
  /** The cluster document it was deployed from, for clone and rollback. */
  launch: JsonObject;
  /** Where instances serve Prometheus text, null when they do not. */
  metricsPath: string | null;
};

/** Instances that can serve. In a disabled group the healthy ones are out of service, ready for the day it is enabled. */
export function readyCount(group: ServerGroup): number {
  return group.instances.filter(({ state }) => state === "up" || (group.disabled && state === "outOfService")).length;
}

export type Account = {
  name: string;
  cloudProvider: string;
  regions: readonly { name: string; zones: readonly string[] }[];
  reachable: boolean;
  /** Why not, in words; empty when reachable. */
  reason: string;
};

export type InventoryFilter = { application?: string; account?: string; region?: string; cluster?: string };

/** Carried by every operation. The same key twice does the thing once and gives the same answer. */
export type Operation = { key: string; signal: AbortSignal; actor: Actor };

/**
 * One implementation per provider, each in its own folder; one contract suite runs on all.
 * Every operation is an *ensure*: it may be called again after a crash at any point.
 */
export type ProviderPort = {
  name: string;
  accounts(): Promise<readonly Account[]>;
  /** Checks a cluster of a `deploy` stage; pointers are relative to it. */
  validateCluster(cluster: JsonObject): Problem[];
  serverGroups(filter: InventoryFilter): Promise<readonly ServerGroup[]>;
  serverGroup(ref: ServerGroupRef): Promise<ServerGroup | null>;
  /** Hears every change of inventory or health, already stored. */
  onChange(listener: (changed: { application: string; ref: ServerGroupRef }) => void): () => void;
  /** Reserves the next `vNNN`, stores the intent, starts it. Returns before the instances are healthy. */
  createServerGroup(operation: Operation, cluster: JsonObject): Promise<ServerGroupRef>;
  resizeServerGroup(operation: Operation, ref: ServerGroupRef, capacity: Capacity): Promise<void>;
  enableServerGroup(operation: Operation, ref: ServerGroupRef): Promise<void>;
  disableServerGroup(operation: Operation, ref: ServerGroupRef): Promise<void>;
  /**
   * Takes so many percent of the instances out of traffic, rounded up, for load balancers of the platform that split it by
   * instances. Left out by providers whose load balancers all belong to routers.
   */
  disableInstances?(operation: Operation, ref: ServerGroupRef, percentage: number): Promise<void>;
  /** Stops everything it runs and forgets it; done already is success. Resolves when nothing of it is left. */
  destroyServerGroup(operation: Operation, ref: ServerGroupRef): Promise<void>;
  /** Ends one instance; the group replaces it. */
  terminateInstance(operation: Operation, ref: ServerGroupRef, instanceId: string): Promise<void>;
  /** The last `tail` lines of an instance's output; with `follow`, goes on until the signal. */
  logs(
    ref: ServerGroupRef,
    instanceId: string,
    options: { tail: number; follow: boolean; signal: AbortSignal },
  ): AsyncIterable<string>;
};
