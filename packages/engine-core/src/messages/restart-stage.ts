import type { JsonObject } from "@gennaker/contract/json.ts";
import { operate, removeStages, sameExplanation, send, setHeader, setStage, type Draft } from "../draft.ts";
import { childrenOf, topLevelOf, topStages, upstreamOf, withDownstream } from "../topology.ts";
import { isActive, isComplete, isPassing } from "../status.ts";
import { supersede } from "./start-execution.ts";
import { startLimit } from "./time-out-execution.ts";
import type { Explanation, MessageOf, Stage } from "../model.ts";

/**
 * Resets the (top-level) stage and everything that follows it and starts it again, in a finished run as well.
 * With `refused` (its pipeline's limit is reached, the engine is paused) a run that has ended waits for its turn.
 * A stage elsewhere that was about to begin when the run ended begins too: the run goes on as a whole.
 * Ignored while the stage or something that follows it is running, or while the run is paused or ending.
 */
export function restartStage(draft: Draft, message: MessageOf<"RestartStage">): void {
  const target = draft.stages.get(message.stageId);
  if (target === undefined || restartObstacle(draft.execution, target) !== null) return;
  const stage = topLevelOf(draft.execution, target);
  const { execution, env } = draft;
  if (message.waited === true && execution.pendingRestart === null) return;
  if (message.refused !== undefined) {
    queueRestart(draft, stage, message, message.refused);
    return;
  }
  const details: JsonObject = {
    restartedBy: message.user,
    restartTime: env.now,
    previousException: stage.context["exception"] ?? null,
  };
  const again = withDownstream(execution, stage);
  for (const each of again) {
    reset(
      draft,
      each,
      each.id === stage.id ? { restartDetails: details, ...(message.skipChild === true ? keptChild(stage) : {}) } : {},
    );
  }
  if (execution.status !== "RUNNING") {
    setHeader(draft, {
      status: "RUNNING",
      startTime: execution.startTime ?? env.now,
      endTime: null,
      canceled: false,
      canceledBy: null,
      cancellationReason: null,
      halting: false,
      failure: null,
      pendingRestart: null,
    });
    startLimit(draft);
    supersede(draft, message.supersedes ?? []);
    const parent = execution.parentExecution;
    if (parent !== null) {
      const restart = { type: "RestartStage", stageId: parent.stageId, user: message.user, skipChild: true } as const;
      draft.outgoing.push({ executionId: parent.executionId, message: restart });
    }
  }
  send(draft, { type: "StartStage", stageId: stage.id });
  if (execution.status === "RUNNING") return;
  const restarted = new Set(again.map((each) => each.id));
  for (const each of topStages(execution))
    if (!restarted.has(each.id) && wasAboutToStart(draft, each)) send(draft, { type: "StartStage", stageId: each.id });
}

/** The run ended between the end of what this stage requires and its own start: nobody else would start it any more. */
function wasAboutToStart(draft: Draft, stage: Stage): boolean {
  if (stage.status !== "NOT_STARTED") return false;
  const upstream = upstreamOf(draft.execution, stage);
  return upstream.length >= stage.requisites.length && upstream.every((required) => isPassing(required.status));
}

/** The run stays as it ended until there is room; a second restart of it takes the first one's place in the queue. */
function queueRestart(draft: Draft, stage: Stage, message: MessageOf<"RestartStage">, why: Explanation): void {
  const { execution, env } = draft;
  const { user, skipChild = false } = message;
  const earlier = execution.pendingRestart;
  if (earlier?.stageId === stage.id && earlier.user === user && sameExplanation(earlier.why, why)) return;
  const since = earlier?.since ?? env.now;
  setHeader(draft, { pendingRestart: { stageId: stage.id, user, skipChild, since, why } });
  const { id, name, status } = execution;
  const failure = { code: why.code, message: why.message };
  draft.events.push({ type: "execution.status", data: { executionId: id, name, status, failure } });
}

/** The child was restarted itself: its parent must watch it again instead of starting another one. */
function keptChild(stage: Stage): JsonObject {
  const child = stage.context["executionId"];
  return { _skipPipelineRestart: true, ...(child === undefined ? {} : { executionId: child }) };
}

function reset(draft: Draft, stage: Stage, extra: JsonObject): void {
  removeStages(
    draft,
    childrenOf(draft.execution, stage.id).map((child) => child.id),
  );
  if (stage.activity !== null) operate(draft, { op: "delete", stageId: stage.id });
  setStage(draft, stage.id, {
    status: "NOT_STARTED",
    startTime: null,
    endTime: null,
    attempt: stage.attempt + 1,
    context: { ...stage.source, ...extra },
    outputs: {},
    unresolved: [],
    tasks: [],
    failure: null,
    activity: null,
    ending: null,
    afterPlanned: false,
    onFailurePlanned: false,
    planningFailed: false,
    awaits: null,
  });
}

/** Why a stage cannot be restarted now, in words; null when it can. */
export function restartObstacle(execution: Draft["execution"], target: Stage): string | null {
  const stage = topLevelOf(execution, target);
  if (execution.status === "PAUSED") return "The run is paused; resume or cancel it first.";
  if (execution.halting) return "The run is ending; wait until it has ended.";
  if (execution.status === "NOT_STARTED" || execution.status === "BUFFERED") return "The run has not begun.";
  if (!isComplete(stage.status) && stage.status !== "NOT_STARTED") return `Stage "${stage.name}" is running.`;
  const running = withDownstream(execution, stage).find((each) => isActive(each.status));
  return running === undefined ? null : `Stage "${running.name}", which follows it, is running.`;
}
