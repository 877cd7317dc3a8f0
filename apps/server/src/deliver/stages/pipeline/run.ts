import type { JsonObject } from "@gennaker/contract/json.ts";
import { pipelineStageSchema } from "@gennaker/pipeline-model/stages/pipeline.ts";
import { TaskError } from "../../../engine/api.ts";
import type { ExecutionView, TaskContext, TaskDefinition, TaskResult } from "../../../engine/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import { actingUser } from "../acting-user.ts";
import type { DeliverDeps } from "../deps.ts";

const sevenDaysMs = 7 * 24 * 60 * 60 * 1000;
/** A safety net only: the end of the child wakes the task. */
const lookAgainMs = 60_000;

export function startChild(deps: DeliverDeps): TaskDefinition {
  return {
    name: "startPipeline",
    async run(context) {
      const { execution, stage } = context;
      const fields = fieldsOf(pipelineStageSchema, stage);
      const { executionId } = await deps.startPipeline({
        key: context.operationKey,
        application: fields.application ?? execution.application,
        pipelineConfigId: fields.pipeline,
        parameters: (fields.pipelineParameters ?? {}) as JsonObject,
        parent: { executionId: execution.id, stageId: stage.id },
        user: actingUser(execution, stage),
      });
      return { status: "SUCCEEDED", context: { executionId } };
    },
  };
}

export function monitorChild(deps: DeliverDeps): TaskDefinition {
  return {
    name: "monitorPipeline",
    timeoutMs: sevenDaysMs,
    async run({ stage }) {
      const id = childId(stage.context);
      if (id === null)
        throw new TaskError("pipeline.noChild", "The stage has lost the id of the run it started. Restart the stage.");
      const child = await deps.getExecution(id);
      if (child === null)
        throw new TaskError("pipeline.childGone", `Run ${id}, which this stage started, no longer exists.`);
      return outcome(child);
    },
  };
}

/** A canceled stage takes its child with it, when that is still running. */
export async function cancelChild(deps: DeliverDeps, context: TaskContext): Promise<{ context?: JsonObject }> {
  const id = childId(context.stage.context);
  if (id === null) return {};
  const child = await deps.getExecution(id);
  if (child === null || finished.has(child.status)) return {};
  const reason = context.execution.cancellationReason;
  const by = `Its parent run ${context.execution.id} was canceled`;
  await deps.cancelExecution(id, reason === null || reason === "" ? by : `${by}: ${reason}`);
  return { context: { canceledChild: id } };
}

const finished: ReadonlySet<string> = new Set([
  "SUCCEEDED",
  "TERMINAL",
  "CANCELED",
  "STOPPED",
  "FAILED_CONTINUE",
  "SKIPPED",
]);

function outcome(child: ExecutionView): TaskResult {
  const title = `"${child.name}" (run ${child.id})`;
  const context = { status: child.status, executionName: child.name };
  if (child.status === "SUCCEEDED") return { status: "SUCCEEDED", context };
  if (!finished.has(child.status)) {
    return {
      status: "RUNNING",
      retryAfterMs: lookAgainMs,
      wakeOn: [`execution:${child.id}`],
      waiting: {
        code: "pipeline.waiting",
        message: `Waits for pipeline ${title}, which is ${child.status}`,
        details: { executionId: child.id },
      },
    };
  }
  if (child.status === "CANCELED") {
    const message = `Pipeline ${title} was canceled${child.canceledBy === null ? "" : ` by ${child.canceledBy}`}.`;
    return {
      status: "CANCELED",
      context,
      failure: { code: "pipeline.childCanceled", message, details: { executionId: child.id } },
    };
  }
  const failed =
    child.stages.find((stage) => stage.status === "TERMINAL" && stage.failure !== null) ??
    child.stages.find((stage) => stage.status === "TERMINAL");
  const where =
    failed === undefined
      ? ""
      : `: stage "${failed.name}" failed${failed.failure === null ? "" : ` (${failed.failure.message})`}`;
  const message = `Pipeline ${title} ended ${child.status}${where}.`;
  return {
    status: "TERMINAL",
    context,
    failure: { code: "pipeline.childFailed", message, details: { executionId: child.id } },
  };
}

function childId(context: JsonObject): string | null {
  return typeof context["executionId"] === "string" ? context["executionId"] : null;
}
