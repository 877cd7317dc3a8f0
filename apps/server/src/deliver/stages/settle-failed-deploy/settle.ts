import { readyCount } from "../../../providers/port/api.ts";
import type { Capacity, ServerGroup } from "../../../providers/port/api.ts";
import type { Source } from "../create-server-group/state.ts";
import { ordinary } from "@gennaker/pipeline-model/server-group-targets.ts";

/** One step, in the order to take. `raise` resizes and enables and is confirmed by the routers before the next step. */
export type SettleStep =
  | { do: "raise"; name: string; capacity: Capacity }
  | { do: "disable"; name: string }
  | { do: "destroy"; name: string };

export type Settlement = { steps: SettleStep[]; words: string };

/**
 * What becomes of a deploy that failed or was canceled: exactly one half stays live. The group it created goes when
 * something else serves, or can be made to serve again; it is destroyed with `rollback.onFailure`, otherwise left
 * disabled. Where nothing else is left that could serve, a working new group stays.
 */
export function settle(input: {
  created: ServerGroup | null;
  /** The group that was to be replaced, as it was before. */
  source: Source | null;
  /** The cluster as it is now. */
  cluster: readonly ServerGroup[];
  rollback: boolean;
  /** Whether the new group is destroyed; as `rollback` unless said. */
  destroys?: boolean;
}): Settlement {
  const { created, source, rollback } = input;
  if (created === null) return { steps: [], words: "Nothing was created, so nothing is left behind." };
  const others = ordinary(input.cluster).filter((group) => group.name !== created.name);
  const old = source === null ? undefined : others.find((group) => group.name === source.name);
  const serving = others.filter((group) => !group.disabled && readyCount(group) > 0);
  const createdServes = !created.disabled && readyCount(created) > 0;
  const destroys = input.destroys ?? rollback;
  const leave: SettleStep = destroys ? { do: "destroy", name: created.name } : { do: "disable", name: created.name };
  const fate = destroys
    ? `${created.name} is destroyed (${input.destroys === undefined ? "rollback.onFailure" : "failureActions"})`
    : `${created.name} is left disabled; look at its instances, then destroy it`;

  const restorable = old !== undefined && source !== null && source.enabled;
  const lowered = restorable && (old.disabled || old.capacity.desired < source.capacity.desired);
  if (restorable && lowered && (rollback || (!createdServes && serving.length === 0))) {
    const raise: SettleStep = { do: "raise", name: old.name, capacity: source.capacity };
    return { steps: [raise, leave], words: `${old.name} serves again as before, and ${fate}.` };
  }
  if (serving.length > 0) {
    const names = serving.map((group) => group.name).join(", ");
    return { steps: [leave], words: `${names} still ${serving.length === 1 ? "serves" : "serve"}, and ${fate}.` };
  }
  if (createdServes && others.length > 0) {
    return {
      steps: [],
      words: `${created.name} stays live: no other server group of the cluster could serve instead.`,
    };
  }
  return { steps: [leave], words: `No other server group of the cluster serves, and ${fate}.` };
}
