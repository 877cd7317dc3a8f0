import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { Child } from "@gennaker/pipeline-model/stages/run-multiple-pipelines.ts";
import { planLevels, runMultiplePipelinesSchema } from "@gennaker/pipeline-model/stages/run-multiple-pipelines.ts";
import { parse } from "yaml";
import type { ExecutionView, StageView, TaskContext, TaskDefinition, TaskResult } from "../../../engine/api.ts";
import { TaskError } from "../../../engine/api.ts";
import { fieldsOf } from "../../../traffic/stages/api.ts";
import { finished } from "../children/outcome.ts";
import { startChildOf } from "../children/start-child.ts";
import type { DeliverDeps } from "../deps.ts";

export type RunDeps = Pick<DeliverDeps, "findPipeline" | "startPipeline" | "getExecution" | "cancelExecution">;

const dayMs = 24 * 60 * 60 * 1000;
/** A safety net only: the end of a child wakes the task. */
const lookAgainMs = 60_000;
/** Puts the plan's levels into the context, for the tasks that walk them. */
export function parsePlan(stage: StageView): TaskResult {
  const fields = fieldsOf(runMultiplePipelinesSchema, stage);
  const plan = planLevels(bundleIn(fields.yamlConfig), fields.checkDuplicated !== false);
  if ("problems" in plan) {
    const message = `The plan cannot be run: ${plan.problems.map(({ pointer, reason }) => `${pointer || "/"} ${reason}`).join("; ")}.`;
    throw new TaskError("plan.invalid", message);
  }
  return {
    status: "SUCCEEDED",
    context: { orderOfExecutions: plan.levels as unknown as JsonObject[], levelNumber: 0, executionsList: [] },
  };
}

function bundleIn(config: unknown): JsonObject {
  const first: unknown = Array.isArray(config) ? config[0] : config;
  const value: unknown = typeof first === "string" ? readYaml(first) : first;
  const bundle = isJsonObject(value) ? (value["bundle_web"] ?? value) : null;
  if (isJsonObject(bundle)) return bundle;
  throw new TaskError(
    "plan.invalid",
    "The stage's yamlConfig must hold an object under bundle_web: a name for each run, with its child_pipeline.",
  );
}

function readYaml(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 }) as unknown;
  } catch (error) {
    throw new TaskError("plan.invalid", `The stage's yamlConfig is no YAML: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Starts the runs of the current level; each has an operation key of its own, so that a second try starts none twice. */
export async function startLevel(deps: RunDeps, context: TaskContext): Promise<TaskResult> {
  const { execution, stage } = context;
  const application = fieldsOf(runMultiplePipelinesSchema, stage).pipelineApplication ?? execution.application;
  const level = levelsOf(stage)[levelNumber(stage)] ?? [];
  const found = await Promise.all(level.map((child) => deps.findPipeline(application, child.pipeline)));
  const missing = level.filter((_child, index) => found[index] === null).map((child) => child.pipeline);
  if (missing.length > 0)
    throw new TaskError(
      "pipeline.missing",
      `Application ${application} has no pipeline ${missing.join(", ")}. Nothing of this level was started.`,
    );
  const executionIds: string[] = [];
  for (const [index, child] of level.entries()) {
    const { executionId } = await startChildOf(deps, context, {
      key: `${context.operationKey}/${child.name}`,
      application,
      pipelineConfigId: found[index]?.id ?? "",
      parameters: { ...child.parameters, executionIdentifier: child.name },
    });
    executionIds.push(executionId);
  }
  return { status: "SUCCEEDED", context: { executionIds, executionNames: level.map((child) => child.name) } };
}

/** Waits for the runs of a level, then goes on to the next; a failed one ends the stage, unless others are to go on. */
export function monitorLevel(deps: RunDeps, ignoresFailures: boolean): TaskDefinition {
  return {
    name: "monitorMultiplePipelines",
    timeoutMs: dayMs,
    async run({ stage }) {
      const ids = idsOf(stage);
      const runs = await Promise.all(ids.map(async (id) => await deps.getExecution(id)));
      const gone = ids.filter((_id, index) => runs[index] === null);
      if (gone.length > 0)
        throw new TaskError(
          "pipeline.childGone",
          `Runs ${gone.join(", ")}, which this stage started, no longer exist.`,
        );
      const all = runs.filter((run): run is ExecutionView => run !== null);
      const open = all.filter((run) => !finished.has(run.status));
      if (open.length > 0) return waitFor(open);
      const done = [...listOf(stage), ...all.map((run, index) => result(run, namesOf(stage)[index] ?? run.name))];
      const failed = all.filter((run) => run.status !== "SUCCEEDED");
      const last = levelNumber(stage) >= levelsOf(stage).length - 1;
      if (failed.length > 0 && (!ignoresFailures || last)) return failure(failed, done);
      const context = { executionsList: done };
      if (last) return { status: "SUCCEEDED", context, outputs: context };
      return { status: "REDIRECT", context: { ...context, levelNumber: levelNumber(stage) + 1 } };
    },
  };
}

function waitFor(open: readonly ExecutionView[]): TaskResult {
  const names = open.map((run) => `"${run.name}" (run ${run.id})`).join(", ");
  const waiting = {
    code: "pipelines.waiting",
    message: `Waits for ${names}`,
    details: { executionIds: open.map((run) => run.id) },
  };
  return { status: "RUNNING", retryAfterMs: lookAgainMs, wakeOn: open.map((run) => `execution:${run.id}`), waiting };
}

function failure(failed: readonly ExecutionView[], done: JsonObject[]): TaskResult {
  const context = { executionsList: done };
  const message = `${failed.map((run) => `Pipeline "${run.name}" (run ${run.id}) ended ${run.status}`).join("; ")}.`;
  const canceled = failed.every((run) => run.status === "CANCELED");
  return {
    status: canceled ? "CANCELED" : "TERMINAL",
    context,
    outputs: context,
    failure: { code: "pipelines.failed", message },
  };
}

/** A canceled stage takes its running children with it. */
export async function cancelChildren(
  deps: RunDeps,
  { execution, stage }: TaskContext,
): Promise<{ context?: JsonObject }> {
  const canceled: string[] = [];
  for (const id of idsOf(stage)) {
    const run = await deps.getExecution(id);
    if (run === null || finished.has(run.status)) continue;
    await deps.cancelExecution(id, `Its parent run ${execution.id} was canceled`);
    canceled.push(id);
  }
  return { context: { canceledChildren: canceled } };
}

function result(run: ExecutionView, name: string): JsonObject {
  const epoch = (time: string | null): number | null => (time === null ? null : Date.parse(time));
  return {
    id: run.id,
    executionIdentifier: name,
    status: run.status,
    startTime: epoch(run.startTime),
    endTime: epoch(run.endTime),
  };
}

const levelsOf = (stage: StageView): Child[][] => (stage.context["orderOfExecutions"] ?? []) as unknown as Child[][];
const levelNumber = (stage: StageView): number => Number(stage.context["levelNumber"] ?? 0);
const idsOf = (stage: StageView): string[] => (stage.context["executionIds"] ?? []) as string[];
const namesOf = (stage: StageView): string[] => (stage.context["executionNames"] ?? []) as string[];
const listOf = (stage: StageView): JsonObject[] => (stage.context["executionsList"] ?? []) as JsonObject[];
