import { isJsonObject } from "@gennaker/contract/json.ts";
import type { ExecutionView, StageView } from "../../../engine/api.ts";
import type { Operation, ProviderPort, ServerGroup } from "../../../providers/port/api.ts";
import type { RouterPort } from "../../../traffic/port/api.ts";
import { readCanaryStage } from "@gennaker/pipeline-model/canary/settings.ts";

export type GroupPorts = { providers: ReadonlyMap<string, ProviderPort>; routers: readonly RouterPort[] };

/** A server group that a canary stage deployed. */
export type OwnedGroup = { role: "baseline" | "canary"; pair: number; group: ServerGroup; provider: ProviderPort };

export const canaryStageType = "kayentaCanary";

/** The mark in the launch document of everything that a canary stage deploys: found again whatever crashed in between. */
export function ownerMark(execution: ExecutionView, canaryStage: StageView): string {
  return `${execution.id}/${canaryStage.id}`;
}

/** The canary stage that a stage is, or belongs to. */
export function canaryStageOf(execution: ExecutionView, stage: StageView): StageView | null {
  let current: StageView | undefined = stage;
  for (let depth = 0; depth < 16 && current !== undefined; depth += 1) {
    if (current.type === canaryStageType) return current;
    const parent: string | null = current.parentStageId;
    current = execution.stages.find((other) => other.id === parent);
  }
  return null;
}

/** All server groups that the canary stage deployed and that still exist, from the providers' own inventories. */
export async function findOwnedGroups(
  ports: GroupPorts,
  execution: ExecutionView,
  canaryStage: StageView,
): Promise<OwnedGroup[]> {
  const mark = ownerMark(execution, canaryStage);
  const children = descendantsOf(execution, canaryStage);
  const found: OwnedGroup[] = [];
  for (const application of applicationsOf(execution, canaryStage)) {
    for (const provider of ports.providers.values()) {
      for (const group of await provider.serverGroups({ application })) {
        const by = group.launch["deployedBy"];
        const deployedHere =
          isJsonObject(by) && by["executionId"] === execution.id && children.has(String(by["stageId"]));
        if (group.launch["canaryOwner"] !== mark && !(deployedHere && group.canaryRole !== null)) continue;
        found.push({
          role: group.canaryRole ?? "canary",
          pair: Number(group.launch["canaryPair"] ?? 0),
          group,
          provider,
        });
      }
    }
  }
  return found;
}

function descendantsOf(execution: ExecutionView, root: StageView): Set<string> {
  const ids = new Set([root.id]);
  for (let before = 0; before < ids.size;) {
    before = ids.size;
    for (const stage of execution.stages)
      if (stage.parentStageId !== null && ids.has(stage.parentStageId)) ids.add(stage.id);
  }
  return ids;
}

/** A pair may be of another application than the run. */
function applicationsOf(execution: ExecutionView, canaryStage: StageView): Set<string> {
  const { deployments } = readCanaryStage(canaryStage.context).settings;
  const clusters = (deployments?.serverGroupPairs ?? []).flatMap((pair) => [pair.control, pair.experiment]);
  const named = clusters.flatMap((cluster) =>
    typeof cluster["application"] === "string" ? [cluster["application"].toLowerCase()] : [],
  );
  return new Set([execution.application.toLowerCase(), ...named]);
}

export function operationOf(
  context: { operationKey: string; signal: AbortSignal; execution: ExecutionView },
  part: string,
): Operation {
  return {
    key: `${context.operationKey}/${part}`,
    signal: context.signal,
    actor: { user: context.execution.authentication.user, roles: [], via: "engine" },
  };
}
