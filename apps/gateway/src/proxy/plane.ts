import type { BalancerRuntime, InstanceRuntime } from "./model.ts";

/** What every connection of the data plane shares. */
export interface Plane {
  /** performance.now() of the last sweep: exact enough for time limits and free to read. */
  coarseNow: number;
  /** No new connections; every answer closes its connection. */
  draining: boolean;
  /** A connection to an instance failed: counts as a failed health check. */
  connectFailed(balancer: BalancerRuntime, instance: InstanceRuntime, reason: string): void;
  /** Copies a request, as sent, to the mirror group when the snapshot asks for it. */
  mirror(balancer: BalancerRuntime, text: string, body: readonly (Buffer | string)[]): void;
}
