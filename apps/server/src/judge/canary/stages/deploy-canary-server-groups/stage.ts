import { isJsonObject, type JsonObject } from "@gennaker/contract/json.ts";
import {
  TaskError,
  type PlanInput,
  type StageType,
  type SyntheticStage,
  type TaskDefinition,
} from "../../../../engine/api.ts";
import type { ServerGroup } from "../../../../providers/port/api.ts";
import { canaryStageOf, ownerMark, type GroupPorts } from "../../groups/owned.ts";
import type { Deployments } from "@gennaker/pipeline-model/canary/deployments.ts";
import { readCanaryStage } from "@gennaker/pipeline-model/canary/settings.ts";

/** Deploys the pairs of a canary stage side by side; dark when the stage says how much traffic they are to get. */
export function deployCanaryServerGroupsStage(ports: GroupPorts): StageType {
  return {
    type: "deployCanaryServerGroups",
    description: "Deploys a canary's baseline and canary server groups",
    validate: () => [],
    tasks: () => [findBaseline(ports)],
    after: planDeploys,
  };
}

function deploymentsOf({ execution, stage }: PlanInput): Deployments | null {
  const canary = canaryStageOf(execution, stage);
  return canary === null ? null : readCanaryStage(canary.context).settings.deployments;
}

function planDeploys(input: PlanInput): SyntheticStage[] {
  const deployments = deploymentsOf(input);
  const canary = canaryStageOf(input.execution, input.stage);
  if (deployments === null || canary === null) return [];
  const found = input.stage.outputs["baselineArtifact"];
  const owner = ownerMark(input.execution, canary);
  const clusters = (side: "control" | "experiment") =>
    deployments.serverGroupPairs.map((pair, index) => {
      const own = pair[side];
      const cluster =
        side === "control" && !hasArtifact(own) && isJsonObject(found) ? { ...own, artifact: found } : own;
      return markedCluster(cluster, side, index, owner, deployments);
    });
  return [
    {
      type: "deploy",
      name: "Deploy control server groups",
      context: { clusters: clusters("control") },
      parallel: true,
    },
    {
      type: "deploy",
      name: "Deploy experiment server groups",
      context: { clusters: clusters("experiment") },
      parallel: true,
    },
  ];
}

function markedCluster(
  cluster: JsonObject,
  side: "control" | "experiment",
  pair: number,
  owner: string,
  deployments: Deployments,
): JsonObject {
  const marked: JsonObject = {
    ...cluster,
    strategy: "none",
    canaryRole: side === "control" ? "baseline" : "canary",
    canaryOwner: owner,
    canaryPair: pair,
  };
  const { traffic } = deployments;
  if (traffic === null) return marked;
  const balancers = Array.isArray(cluster["loadBalancers"]) ? cluster["loadBalancers"] : [];
  return {
    ...marked,
    loadBalancers: balancers.includes(traffic.loadBalancer) ? balancers : [...balancers, traffic.loadBalancer],
    // Dark: no request reaches a group before the shares are set.
    trafficManagement: { enabled: true, options: { enableTraffic: false } },
  };
}

function hasArtifact(cluster: JsonObject): boolean {
  return ["artifact", "artifactId"].some((field) => (cluster[field] ?? null) !== null && cluster[field] !== "");
}

/** `deployments.baseline` names the cluster whose running version the control groups deploy, where they name none. */
function findBaseline(ports: GroupPorts): TaskDefinition {
  return {
    name: "findBaselineArtifact",
    async run({ execution, stage }) {
      const deployments = deploymentsOf({ execution, stage });
      const canary = canaryStageOf(execution, stage);
      const raw = canary?.context["deployments"];
      const baseline = isJsonObject(raw) ? raw["baseline"] : null;
      const wanted = deployments?.serverGroupPairs.some((pair) => !hasArtifact(pair.control)) ?? false;
      if (!wanted || !isJsonObject(baseline) || typeof baseline["cluster"] !== "string") return { status: "SUCCEEDED" };
      const { cluster } = baseline;
      const account = typeof baseline["account"] === "string" ? baseline["account"] : null;
      const application = typeof baseline["application"] === "string" ? baseline["application"] : execution.application;
      const groups: ServerGroup[] = [];
      for (const provider of ports.providers.values()) {
        groups.push(
          ...(await provider.serverGroups({
            application: application.toLowerCase(),
            cluster,
            ...(account === null ? {} : { account }),
          })),
        );
      }
      const source = newestServing(groups);
      if (source === undefined) {
        throw new TaskError(
          "canary.baselineMissing",
          `Cluster ${cluster} of application ${application} has no enabled server group whose version the baseline could run. Deploy it first, or give the control cluster an artifact.`,
        );
      }
      const launched = source.launch["artifact"];
      const artifact = isJsonObject(launched)
        ? launched
        : { type: source.artifact.type, reference: source.artifact.reference };
      return { status: "SUCCEEDED", outputs: { baselineArtifact: artifact, baselineServerGroup: source.name } };
    },
  };
}

function newestServing(groups: readonly ServerGroup[]): ServerGroup | undefined {
  const serving = groups.filter((group) => !group.disabled && group.canaryRole === null);
  return serving.toSorted((left, right) => right.createdAt.localeCompare(left.createdAt)).at(0);
}
