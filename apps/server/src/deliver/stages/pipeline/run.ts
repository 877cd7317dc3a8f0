import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { pipelineStageSchema } from "@gennaker/pipeline-model/stages/pipeline.ts";
import { TaskError } from "../../../engine/api.ts";
import type { ExecutionView, StageView, TaskContext, TaskDefinition, TaskResult } from "../../../engine/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import { exceptionOf, finished, outputsOf } from "../children/outcome.ts";
import { startChildOf } from "../children/start-child.ts";
import type { DeliverDeps } from "../deps.ts";
import { strategyParameters } from "./strategy-parameters.ts";

const twelveHoursMs = 12 * 60 * 60 * 1000;
/** A safety net only: the end of the child wakes the task. */
const lookAgainMs = 60_000;

/** Starts the child; with `pipelineParameters.strategy` it is the deployment strategy `pipelineId`. */
export function startChild(deps: DeliverDeps): TaskDefinition {
  return {
    name: "startPipeline",
    async run(context) {
      const { execution, stage } = context;
      const fields = fieldsOf(pipelineStageSchema, stage);
      const parameters = (fields.pipelineParameters ?? {}) as JsonObject;
      const strategy = parameters["strategy"] === true;
      const id = strategy ? fields.pipelineId : fields.pipeline;
      if (id === undefined || id.trim() === "") {
        const field = strategy ? "pipelineId" : "pipeline";
        throw new TaskError("pipeline.unnamed", `The stage does not say which pipeline to run: /${field} is missing.`);
      }
      const cluster = stage.context["strategyCluster"] ?? null;
      const { executionId, name } = await startChildOf(deps, context, {
        key: context.operationKey,
        application: fields.pipelineApplication ?? fields.application ?? execution.application,
        pipelineConfigId: id,
        parameters: strategy ? strategyParameters(execution, stage, parameters) : parameters,
        strategy,
        ...(strategy && isJsonObject(cluster) ? { strategyCluster: cluster } : {}),
      });
      return { status: "SUCCEEDED", context: { executionId, executionName: name } };
    },
  };
}

export function monitorChild(deps: DeliverDeps): TaskDefinition {
  return {
    name: "monitorPipeline",
    timeoutMs: twelveHoursMs,
    async run({ stage }) {
      const id = childId(stage);
      if (id === null)
        throw new TaskError("pipeline.noChild", "The stage has lost the id of the run it started. Restart the stage.");
      const child = await deps.getExecution(id);
      if (child === null)
        throw new TaskError("pipeline.childGone", `Run ${id}, which this stage started, no longer exists.`);
      return outcome(child, fieldsOf(pipelineStageSchema, stage).skipDownstreamOutput === true);
    },
  };
}

/** A stage that is canceled, skipped or out of time takes its child with it, when that is still running. */
export async function cancelChild(deps: DeliverDeps, context: TaskContext): Promise<{ context?: JsonObject }> {
  const id = childId(context.stage);
  if (id === null) return {};
  const child = await deps.getExecution(id);
  if (child === null || child.canceled || finished.has(child.status)) return {};
  const reason = context.execution.cancellationReason;
  const what = context.execution.canceled ? "was canceled" : "no longer waits for it";
  const by = `Its parent run ${context.execution.id} ${what}`;
  await deps.cancelExecution(id, reason === null || reason === "" ? by : `${by}: ${reason}`);
  return { context: { canceledChild: id } };
}

function outcome(child: ExecutionView, skipsOutputs: boolean): TaskResult {
  const title = `"${child.name}" (run ${child.id})`;
  const details = { executionId: child.id };
  const context = { status: child.status, executionName: child.name };
  if (!finished.has(child.status)) {
    return {
      status: "RUNNING",
      context,
      retryAfterMs: lookAgainMs,
      wakeOn: [`execution:${child.id}`],
      waiting: {
        code: "pipeline.waiting",
        message: `Waits for pipeline ${title}, which is ${child.status}`,
        details,
      },
    };
  }
  const outputs = skipsOutputs ? {} : outputsOf(child);
  if (child.status === "SUCCEEDED") return { status: "SUCCEEDED", context, outputs };
  if (child.status === "CANCELED") {
    const message = `Pipeline ${title} was canceled${child.canceledBy === null ? "" : ` by ${child.canceledBy}`}.`;
    return { status: "CANCELED", context, outputs, failure: { code: "pipeline.childCanceled", message, details } };
  }
  const failed =
    child.stages.find((stage) => stage.status === "TERMINAL" && stage.failure !== null) ??
    child.stages.find((stage) => stage.status === "TERMINAL");
  const why = failed?.failure ?? child.failure;
  const where =
    failed === undefined
      ? why === null
        ? ""
        : `: ${why.message}`
      : `: stage "${failed.name}" failed${why === null ? "" : ` (${why.message})`}`;
  return {
    status: "TERMINAL",
    context: { ...context, exception: exceptionOf(child) },
    outputs,
    failure: { code: "pipeline.childFailed", message: `Pipeline ${title} ended ${child.status}${where}.`, details },
  };
}

/** The run that this stage started, null before. */
export function childId(stage: Pick<StageView, "context">): string | null {
  const id = stage.context["executionId"];
  return typeof id === "string" && id !== "" ? id : null;
}
