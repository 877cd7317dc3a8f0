import type { JsonObject } from "@gennaker/contract/json.ts";
import { monitorPipelineSchema } from "@gennaker/pipeline-model/stages/pipeline.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import {
  TaskError,
  type ExecutionView,
  type StageType,
  type TaskContext,
  type TaskResult,
} from "../../../engine/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import { bindProducedArtifacts } from "../artifacts/bind-produced.ts";
import { exceptionOf, finished, outputsOf } from "../children/outcome.ts";
import type { DeliverDeps } from "../deps.ts";

const twelveHoursMs = 12 * 3_600_000;
/** A safety net only: the end of each run wakes the task. */
const lookAgainMs = 60_000;

type Deps = Pick<DeliverDeps, "getExecution">;

/** Waits for runs that somebody else started, by their ids. */
export function monitorPipelineStage(deps: Deps): StageType {
  return {
    type: "monitorPipeline",
    description: "Waits for runs that were started elsewhere",
    validate: rulesFor("monitorPipeline").validate,
    tasks: ({ stage }) => [
      { name: "monitorPipeline", timeoutMs: twelveHoursMs, run: (context) => monitor(deps, context) },
      ...(Array.isArray(stage.context["expectedArtifacts"]) ? [bindProducedArtifacts()] : []),
    ],
  };
}

async function monitor(deps: Deps, { stage }: TaskContext): Promise<TaskResult> {
  const { executionIds, monitorBehavior } = fieldsOf(monitorPipelineSchema, stage);
  const ids = [...new Set((executionIds ?? []).flatMap((id) => (id === undefined || id === "" ? [] : [id])))];
  if (ids.length === 0) throw new TaskError("monitor.none", "There are no runs to watch: executionIds has none.");
  const runs = await Promise.all(ids.map((id) => found(deps, id)));
  const complete = runs.every((run) => finished.has(run.status));
  const outputs: JsonObject = {
    executionStatuses: Object.fromEntries(runs.map((run) => [run.id, statusOf(run)])),
    ...(complete && runs.length === 1 ? runs.map(outputsOf)[0] : {}),
  };
  if (runs.every((run) => run.status === "SUCCEEDED")) return { status: "SUCCEEDED", outputs };
  const failed = runs.filter((run) => run.status === "TERMINAL" || run.status === "STOPPED");
  if (failed.length > 0 && (complete || monitorBehavior === "FailFast")) return ended("TERMINAL", outputs, failed);
  if (complete)
    return ended(
      "CANCELED",
      outputs,
      runs.filter((run) => run.status !== "SUCCEEDED"),
    );
  const open = runs.filter((run) => !finished.has(run.status));
  const known = JSON.stringify(stage.outputs["executionStatuses"]) === JSON.stringify(outputs["executionStatuses"]);
  return {
    status: "RUNNING",
    retryAfterMs: lookAgainMs,
    wakeOn: open.map((run) => `execution:${run.id}`),
    waiting: { code: "monitor.waiting", message: `Waits for ${titles(open)}` },
    ...(known ? {} : { outputs }),
  };
}

async function found(deps: Deps, id: string): Promise<ExecutionView> {
  const run = await deps.getExecution(id);
  if (run === null) throw new TaskError("monitor.gone", `There is no run ${id} to watch.`);
  return run;
}

/** As Orca tells it in the outputs; why it failed, where it did. */
function statusOf(run: ExecutionView): JsonObject {
  const halted = finished.has(run.status) && run.status !== "SUCCEEDED";
  const { status, application } = run;
  return { status, application, ...(halted ? { exception: exceptionOf(run) } : {}) };
}

function ended(status: "TERMINAL" | "CANCELED", outputs: JsonObject, runs: readonly ExecutionView[]): TaskResult {
  const message = `Did not end well: ${titles(runs)}.`;
  return { status, outputs, failure: { code: "monitor.ended", message } };
}

const titles = (runs: readonly ExecutionView[]): string =>
  runs.map((run) => `"${run.name}" (run ${run.id}, ${run.status})`).join(", ");
