import type { Explanation } from "../../engine/api.ts";
import type { ServerGroup } from "../../providers/port/api.ts";
import type { GuardedAction, TrafficGuard } from "./api.ts";

/** Everything a decision depends on. `cluster` holds all groups of the targets' cluster in that account and region. */
export type GuardQuestion = {
  action: GuardedAction;
  guards: readonly TrafficGuard[];
  targets: readonly ServerGroup[];
  cluster: readonly ServerGroup[];
};

/**
 * Refuses to take the last enabled, healthy server group of a guarded cluster out of service (Spinnaker's rule).
 * Groups that serve nothing now, and groups of a canary, may always go.
 */
export function decideGuard(question: GuardQuestion): Explanation | null {
  const losing = question.targets.filter((group) => group.canaryRole === null && serves(group));
  const first = losing[0];
  if (first === undefined) return null;
  const guard = question.guards.find((candidate) => candidate.enabled && matches(candidate, first));
  if (guard === undefined) return null;
  const going = new Set(question.targets.map((group) => group.name));
  const remains = question.cluster.some(
    (group) => !going.has(group.name) && group.canaryRole === null && serves(group),
  );
  if (remains) return null;
  const names = losing.map((group) => group.name).join(", ");
  return {
    code: "traffic_guard",
    message:
      `The traffic guard ${inWords(guard)} of application ${first.application} does not allow ${verbs[question.action]} ${names}: ` +
      `no other enabled and healthy server group would remain in cluster ${first.cluster} (${first.account}/${first.region}). ` +
      "Deploy or enable another server group there first, or turn the guard off in the application's trafficGuards.",
    details: {
      cluster: first.cluster,
      account: first.account,
      region: first.region,
      serverGroups: losing.map((group) => group.name),
      guard,
    },
  };
}

/** Enabled, with at least one instance up. */
export function serves(group: ServerGroup): boolean {
  return !group.disabled && group.instances.some((instance) => instance.state === "up");
}

/** `*` is any; an empty stack or detail matches only groups without one. */
export function matches(guard: TrafficGuard, group: ServerGroup): boolean {
  return (
    part(guard.account, group.account) &&
    part(guard.location, group.region) &&
    part(guard.stack, group.stack) &&
    part(guard.detail, group.detail)
  );
}

const verbs: Record<GuardedAction, string> = {
  disable: "disabling",
  destroy: "destroying",
  shrinkToZero: "scaling to zero",
};

function part(wanted: string, actual: string): boolean {
  return wanted === "*" || (wanted ?? "") === (actual ?? "");
}

function inWords(guard: TrafficGuard): string {
  const none = (value: string): string => (value === "" ? "none" : value);
  return `(account ${none(guard.account)}, location ${none(guard.location)}, stack ${none(guard.stack)}, detail ${none(guard.detail)})`;
}
