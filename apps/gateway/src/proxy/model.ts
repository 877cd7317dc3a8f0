import type { Socket } from "node:net";

import type { LoadBalancer, ServerGroup } from "@gennaker/gateway-config/snapshot.ts";
import type { InstanceHealth } from "@gennaker/gateway-config/status.ts";

import type { Counters } from "./counters.ts";

/** One instance as the data plane sees it; the object stays the same over snapshots that keep id, address and port. */
export interface InstanceRuntime {
  id: string;
  address: string;
  port: number;
  zone: string;
  state: "active" | "draining";
  health: InstanceHealth;
  /** Last failed check in words. */
  reason: string | undefined;
  /** Passes or failures in a row, whichever is running. */
  passes: number;
  failures: number;
  inFlight: number;
  /** Answers by code class, see counters.ts. */
  answers: number[];
  idle: UpstreamConnection[];
  removed: boolean;
}

export interface GroupRuntime {
  name: string;
  balancer: string;
  weight: number;
  labels: ServerGroup["labels"];
  instances: InstanceRuntime[];
  /** Instances that can take a request now; kept by `refresh`. */
  routable: InstanceRuntime[];
  cursor: number;
  /** Smooth weighted round-robin: what this group is owed. */
  credit: number;
  inFlight: number;
  counters: Counters;
  removed: boolean;
}

export interface BalancerRuntime {
  name: string;
  bind: string;
  port: number;
  config: LoadBalancer;
  groups: GroupRuntime[];
  /** Groups with weight and a routable instance; kept by `refresh`. */
  weighted: GroupRuntime[];
  inFlight: number;
  clientConnections: number;
  /** Answers of the gateway itself by code class. */
  unrouted: number[];
}

/** What a request that uses a connection hears from it. */
export interface UpstreamUser {
  upstreamData(chunk: Buffer): void;
  /** The instance closed its sending side. */
  upstreamEnd(): void;
  upstreamDrain(): void;
  /** The connection is gone; `connected` tells a refused connection from a lost one. */
  upstreamClosed(connection: UpstreamConnection, error: NodeJS.ErrnoException | undefined): void;
}

export interface UpstreamConnection {
  socket: Socket;
  instance: InstanceRuntime;
  user: UpstreamUser | undefined;
  connected: boolean;
  /** Whether an earlier request was answered on it. */
  reused: boolean;
  error: NodeJS.ErrnoException | undefined;
  idleSince: number;
  /** Idle milliseconds after which it is not used again. */
  idleLimit: number;
}
