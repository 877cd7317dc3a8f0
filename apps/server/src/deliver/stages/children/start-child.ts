import type { JsonObject } from "@gennaker/contract/json.ts";
import { toFlag } from "@gennaker/pipeline-model/coerce.ts";
import { TaskError } from "../../../engine/api.ts";
import type { ExecutionView, TaskContext } from "../../../engine/api.ts";
import { visibleArtifacts } from "../../artifacts/api.ts";
import { actingUser } from "../acting-user.ts";
import type { DeliverDeps } from "../deps.ts";
import { parentSnapshot } from "./parent-snapshot.ts";

/** A run may have so many ancestors: pipelines that start each other in a circle end here. */
const deepestChild = 20;

export type Child = {
  /** The same for each try of this start. */
  key: string;
  application: string;
  pipelineConfigId: string;
  parameters: JsonObject;
  /** True: the document is a deployment strategy, kept apart from pipelines. */
  strategy?: boolean;
  /** What a strategy is to deploy. */
  strategyCluster?: JsonObject;
};

/**
 * Starts a run as a child of the stage: with the stage's artifacts, its acting user, and a trigger as Orca writes it.
 * Throws a TaskError when the chain of parents is too long; asking twice with one key starts one run.
 */
export async function startChildOf(
  deps: Pick<DeliverDeps, "startPipeline" | "getExecution">,
  { execution, stage }: Pick<TaskContext, "execution" | "stage">,
  child: Child,
): Promise<{ executionId: string; name: string }> {
  await refuseDeepChild(deps, execution);
  const user = actingUser(execution, stage);
  const trigger: JsonObject = {
    type: "pipeline",
    user,
    parentExecution: parentSnapshot(execution),
    parentPipelineStageId: stage.id,
    strategy: child.strategy === true,
    correlationId: `${execution.id}_${stage.id}_${child.pipelineConfigId}`,
    ...(child.strategyCluster === undefined ? {} : { strategyCluster: child.strategyCluster }),
    ...(toFlag(execution.trigger["dryRun"]) === true ? { dryRun: true } : {}),
  };
  return await deps.startPipeline({
    key: child.key,
    application: child.application,
    pipelineConfigId: child.pipelineConfigId,
    parameters: child.parameters,
    strategy: child.strategy === true,
    artifacts: visibleArtifacts(execution, stage),
    trigger,
    parent: { executionId: execution.id, stageId: stage.id },
    user,
  });
}

async function refuseDeepChild(deps: Pick<DeliverDeps, "getExecution">, execution: ExecutionView): Promise<void> {
  const names = [execution.name];
  let current: ExecutionView | null = execution;
  while (current !== null && current.parentExecution !== null) {
    current = await deps.getExecution(current.parentExecution.executionId);
    if (current !== null) names.push(current.name);
    if (names.length <= deepestChild) continue;
    const circle = [...new Set(names)].map((name) => `"${name}"`).join(", ");
    throw new TaskError(
      "pipeline.depth",
      `The run has ${deepestChild} ancestors already, so it starts no further one: ${circle} may start each other in a circle.`,
    );
  }
}
