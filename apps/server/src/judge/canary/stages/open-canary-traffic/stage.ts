import { isJsonObject, type JsonObject } from "@gennaker/contract/json.ts";
import {
  TaskError,
  type PlanInput,
  type StageType,
  type SyntheticStage,
  type TaskDefinition,
} from "../../../../engine/api.ts";
import { canaryStageOf, findOwnedGroups, type GroupPorts, type OwnedGroup } from "../../groups/owned.ts";
import { readCanaryStage } from "@gennaker/pipeline-model/canary/settings.ts";

/** Says which server groups are judged, and gives them their share of the traffic where the stage names one. */
export function openCanaryTrafficStage(ports: GroupPorts): StageType {
  return {
    type: "openCanaryTraffic",
    description: "Makes a canary's server groups known and gives them their share of the traffic",
    validate: () => [],
    tasks: () => [propagateScopes(ports)],
    after: planShift,
  };
}

/** Outputs `deployedServerGroups` in Orca's shape, one entry for each pair. */
function propagateScopes(ports: GroupPorts): TaskDefinition {
  return {
    name: "propagateDeployedServerGroupScopes",
    async run({ execution, stage }) {
      const canary = canaryStageOf(execution, stage);
      const pairs =
        canary === null ? [] : (readCanaryStage(canary.context).settings.deployments?.serverGroupPairs ?? []);
      const owned = canary === null ? [] : await findOwnedGroups(ports, execution, canary);
      const deployed = pairs.map((_, index) => {
        const control = newest(owned, index, "baseline");
        const experiment = newest(owned, index, "canary");
        const missing = [control === undefined ? "baseline" : "", experiment === undefined ? "canary" : ""].filter(
          (role) => role !== "",
        );
        if (control === undefined || experiment === undefined) {
          throw new TaskError(
            "canary.notDeployed",
            `The ${missing.join(" and the ")} server group of pair ${index + 1} cannot be found after its deployment. Look at the deploy stages and at the provider's logs.`,
          );
        }
        return {
          controlScope: control.group.name,
          controlLocation: control.group.region,
          controlAccountId: control.group.account,
          experimentScope: experiment.group.name,
          experimentLocation: experiment.group.region,
          experimentAccountId: experiment.group.account,
        };
      });
      return { status: "SUCCEEDED", outputs: { deployedServerGroups: deployed } };
    },
  };
}

function newest(owned: readonly OwnedGroup[], pair: number, role: OwnedGroup["role"]): OwnedGroup | undefined {
  return owned
    .filter((one) => one.pair === pair && one.role === role)
    .toSorted((left, right) => right.group.createdAt.localeCompare(left.group.createdAt))[0];
}

function planShift({ execution, stage }: PlanInput): SyntheticStage[] {
  const canary = canaryStageOf(execution, stage);
  const traffic = canary === null ? null : (readCanaryStage(canary.context).settings.deployments?.traffic ?? null);
  const deployed = deployedIn(stage.outputs);
  const first = deployed[0];
  if (traffic === null || first === undefined) return [];
  const weights = deployed
    .flatMap((pair) => [pair["controlScope"] ?? "", pair["experimentScope"] ?? ""])
    .map((serverGroup) => ({ serverGroup, percent: traffic.percentEach }));
  return [
    {
      type: "shiftTraffic",
      name: `Shift ${traffic.percentEach} % of the traffic to each side`,
      context: {
        loadBalancer: traffic.loadBalancer,
        account: first["controlAccountId"] ?? "",
        region: first["controlLocation"] ?? "",
        weights,
      },
    },
  ];
}

export function deployedIn(outputs: JsonObject): JsonObject[] {
  const list = outputs["deployedServerGroups"];
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}
