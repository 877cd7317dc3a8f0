import type { Explanation } from "../../engine/api.ts";
import type { ServerGroupRef } from "../../providers/port/api.ts";

/** One entry of an application's `trafficGuards`, Spinnaker's own shape; `*` is any, an empty stack or detail is none. */
export type TrafficGuard = { account: string; location: string; stack: string; detail: string; enabled: boolean };

/** What is about to happen to some server groups, all at once. */
export type GuardedAction = "disable" | "destroy" | "shrinkToZero";

export type Guards = {
  /** Null when it may go on; otherwise why not: which guard refuses, and what to do. */
  check(action: GuardedAction, targets: readonly ServerGroupRef[]): Promise<Explanation | null>;
};

/** What applications created here start with: no cluster may lose its last healthy enabled server group. */
export const defaultTrafficGuards: readonly TrafficGuard[] = [
  { account: "*", location: "*", stack: "*", detail: "*", enabled: true },
];
