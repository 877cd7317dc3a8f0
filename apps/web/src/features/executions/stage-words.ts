import type { Explanation } from "@gennaker/contract/resources/common.ts";
import type { Stage } from "@gennaker/contract/resources/execution.ts";

/** Why a stage failed, or what it waits for just now; null when there is nothing to explain. */
export function explanationOf(stage: Stage): { kind: "failed" | "waits"; explanation: Explanation } | null {
  if (stage.failure !== null) return { kind: "failed", explanation: stage.failure };
  if (stage.status !== "RUNNING" && stage.status !== "PAUSED" && stage.status !== "SUSPENDED") return null;
  const waiting = stage.tasks.find(
    (task) => task.waiting !== null && (task.status === "RUNNING" || task.status === "PAUSED"),
  )?.waiting;
  return waiting ? { kind: "waits", explanation: waiting } : null;
}

/** The explanation of a stage, or of the deepest of its synthetic stages that has one while it has none itself. */
export function explanationWithin(stage: Stage, stages: readonly Stage[]): ReturnType<typeof explanationOf> {
  const own = explanationOf(stage);
  if (own !== null) return own;
  if (stage.status !== "RUNNING" && stage.status !== "TERMINAL") return null;
  const children = stages.filter(
    (child) => child.parentStageId === stage.id && (child.status === "RUNNING" || child.status === "TERMINAL"),
  );
  for (const child of children) {
    const found = explanationWithin(child, stages);
    if (found !== null) return found;
  }
  return null;
}

/** Until when a stage waits, in milliseconds, where its explanation says so. */
export function waitsUntil(stage: Stage): number | null {
  const found = explanationOf(stage);
  if (found === null || found.kind !== "waits") return null;
  const until = found.explanation.details?.["until"] ?? found.explanation.details?.["due"];
  const time = typeof until === "string" ? Date.parse(until) : NaN;
  return Number.isFinite(time) ? time : null;
}

/** The id of the run that a pipeline stage started, where it has started one. */
export function childExecution(stage: Stage): string | null {
  const id = stage.context["executionId"] ?? stage.outputs["executionId"];
  return stage.type === "pipeline" && typeof id === "string" && id !== "" ? id : null;
}
