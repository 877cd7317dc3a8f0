import type { Json } from "@gennaker/contract/json.ts";
import type { PlanInput, SyntheticStage } from "../../../engine/api.ts";
import { clusterName } from "../../../providers/port/naming.ts";
import type { DeliverDeps } from "../deps.ts";
import { configured } from "./conditions.ts";

/** A pipeline's deploy to a cluster that the configuration holds waits before it begins, as Orca plans it. */
export function waitBeforeDeploy(
  { settings }: Pick<DeliverDeps, "settings">,
  { execution, stage }: PlanInput,
): readonly SyntheticStage[] {
  if (execution.type !== "PIPELINE") return [];
  const { application, stack, freeFormDetails, region, account } = stage.context;
  const cluster = clusterName({
    application: textOf(application) || execution.application,
    stack: textOf(stack),
    detail: textOf(freeFormDetails),
  });
  if (configured(settings.waitForCondition, cluster).length === 0) return [];
  const context = { cluster, region: textOf(region), account: textOf(account) };
  return [{ type: "waitForCondition", name: "Wait For Condition", context }];
}

const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");
