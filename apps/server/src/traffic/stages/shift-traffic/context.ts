import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { TaskError } from "../../../engine/api.ts";
import type { StageView } from "../../../engine/api.ts";
import type { LoadBalancerRef } from "../../port/api.ts";
import type { Pin } from "./plan.ts";

/** What the first task found out, kept in the stage's context under `shift`. */
export type Shift = { loadBalancer: LoadBalancerRef; pins: Pin[] };

export function writeShift(shift: Shift): JsonObject {
  return { shift };
}

export function readShift(stage: StageView): Shift {
  const shift = stage.context["shift"];
  if (isJsonObject(shift) && isJsonObject(shift["loadBalancer"]) && Array.isArray(shift["pins"])) {
    const { account, region, name } = shift["loadBalancer"];
    const pins = shift["pins"].filter(isJsonObject);
    return {
      loadBalancer: { account: String(account), region: String(region), name: String(name) },
      pins: pins.map((pin) => ({ serverGroup: String(pin["serverGroup"]), percent: Number(pin["percent"]) })),
    };
  }
  throw new TaskError(
    "shift.noState",
    `Stage ${stage.refId} has lost what its first task found out. Restart the stage.`,
  );
}
