import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { Problem } from "@gennaker/contract/errors.ts";
import { isExpression } from "@gennaker/pipeline-model/coerce.ts";
import { valueAt } from "@gennaker/pipeline-model/pointer.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import { TaskError } from "../../../engine/api.ts";
import type { ExecutionView, StageType, StageView } from "../../../engine/api.ts";
import { regionsOfCluster } from "../create-server-group/document.ts";
import { strategyCluster } from "../strategies/strategy-run.ts";
import type { DeliverDeps } from "../deps.ts";

/** Deploys its clusters side by side: one `createServerGroup` per cluster and region. */
export function deployStage(deps: DeliverDeps): StageType {
  return {
    type: "deploy",
    description: "Deploys clusters side by side, each with its strategy",
    validate: (stage) => validateDeploy(deps, stage),
    before: ({ execution, stage }) =>
      clustersOf(execution, stage).flatMap((cluster) => {
        const regions = regionsOfCluster(cluster);
        return (regions.length === 0 ? [null] : regions).map((region) => ({
          type: "createServerGroup",
          name: region === null ? "Deploy" : `Deploy in ${region}`,
          parallel: true,
          context: region === null ? cluster : { ...cluster, region },
        }));
      }),
    tasks: () => [
      {
        name: "completeParallelDeploy",
        async run({ execution, stage }) {
          if (clustersOf(execution, stage).length > 0)
            return { status: "SUCCEEDED", outputs: collected(execution, stage) };
          throw new TaskError(
            "deploy.noClusters",
            "The deploy stage has no `clusters`, so there is nothing to deploy. Add one and start again.",
          );
        },
      },
    ],
  };
}

/**
 * A stage without `clusters` is one cluster itself, as very old pipelines write it; in a deployment strategy it is the
 * cluster that the strategy was asked to deploy.
 */
function clustersOf(execution: ExecutionView, stage: StageView): JsonObject[] {
  const asked = strategyCluster(execution);
  if (asked !== null) return [asked];
  const clusters = stage.context["clusters"];
  if (Array.isArray(clusters)) return clusters.filter(isJsonObject);
  const cluster = stage.context["cluster"];
  return isJsonObject(cluster) ? [cluster] : [];
}

/** The outputs of the children as one, under Spinnaker's names. */
function collected(execution: ExecutionView, stage: StageView): JsonObject {
  const groups: Record<string, Json[]> = {};
  const deployed: Json[] = [];
  for (const child of execution.stages.filter((other) => other.parentStageId === stage.id)) {
    const own = child.outputs["deploy.server.groups"];
    for (const [region, names] of Object.entries(isJsonObject(own) ? own : {})) {
      groups[region] = [...(groups[region] ?? []), ...(Array.isArray(names) ? names : [])];
    }
    const list = child.outputs["deployedServerGroups"];
    deployed.push(...(Array.isArray(list) ? list : []));
  }
  return { "deploy.server.groups": groups, deployedServerGroups: deployed };
}

/** The common fields, and for each cluster of a provider that is here what that provider says. */
function validateDeploy(deps: DeliverDeps, stage: JsonObject): Problem[] {
  const problems = rulesFor("deploy").validate(stage);
  const clusters = Array.isArray(stage["clusters"]) ? stage["clusters"] : [];
  for (const [index, cluster] of clusters.entries()) {
    if (!isJsonObject(cluster)) continue;
    const provider = deps.providers.get(String(cluster["cloudProvider"] ?? cluster["provider"]));
    for (const { pointer, reason } of provider?.validateCluster(cluster) ?? []) {
      const at = `/clusters/${index}${pointer}`;
      if (isExpression(valueAt(stage, at)) || problems.some((problem) => problem.pointer === at)) continue;
      problems.push({ pointer: at, reason });
    }
  }
  return problems;
}
