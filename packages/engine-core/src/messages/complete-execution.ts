import { send, setHeader, setStage, type Draft } from "../draft.ts";
import { downstreamOf, topStages, upstreamOf } from "../topology.ts";
import { executionStatus, isActive, isComplete, isPassing } from "../status.ts";
import type { Explanation, Stage, Status } from "../model.ts";

/** `failure.code` of a run whose time is up. */
export const timedOutCode = "execution.timedOut";

/** Ends the run if its stages say so. A run that fails first cancels what still runs and ends when that has ended. */
export function completeExecution(draft: Draft): void {
  const { execution } = draft;
  if (execution.status !== "RUNNING") return;
  const stages = topStages(execution);
  const verdict = judge(draft, stages);
  if (verdict === "undecided") return;
  if (verdict === "stuck") {
    const explained = explainStuck(draft, stages);
    finish(draft, "TERMINAL", explained);
    return;
  }
  if (verdict !== "SUCCEEDED") {
    if (!execution.halting) setHeader(draft, { halting: true });
    for (const stage of stages) if (isActive(stage.status)) send(draft, { type: "CancelStage", stageId: stage.id });
    if (stages.some((stage) => isActive(stage.status))) return;
  }
  finish(draft, verdict, execution.failure?.code === timedOutCode ? execution.failure : null);
}

function judge(draft: Draft, stages: readonly Stage[]): ReturnType<typeof executionStatus> {
  if (draft.execution.canceled) return "CANCELED";
  if (draft.execution.failure?.code === timedOutCode) return "TERMINAL";
  const canMove =
    stages.some((stage) => isActive(stage.status) || canStart(draft, stage)) ||
    draft.queue.some(
      (message) => message.type === "StartStage" && draft.stages.get(message.stageId)?.status === "NOT_STARTED",
    );
  const facts = canMove
    ? { unreachable: false, failAfterwards: false }
    : { unreachable: unreachable(draft, stages).length > 0, failAfterwards: failsAfterwards(draft) };
  return executionStatus(stages, { canMove, ...facts });
}

/** Does a stage that stopped its branch want the run to fail once the other branches have ended? */
function failsAfterwards(draft: Draft): boolean {
  for (const stage of draft.stages.values())
    if (stage.status === "STOPPED" && stage.context["completeOtherBranchesThenFail"] === true) return true;
  return false;
}

function canStart(draft: Draft, stage: Stage): boolean {
  if (stage.status !== "NOT_STARTED") return false;
  if (stage.awaits !== null && stage.awaits !== undefined) return true;
  const upstream = upstreamOf(draft.execution, stage);
  return upstream.length > 0 && upstream.every((required) => isPassing(required.status));
}

/** Stages that have not begun although no stopped stage stands before them. */
function unreachable(draft: Draft, stages: readonly Stage[]): Stage[] {
  const excused = new Set<string>();
  const open = stages.filter((stage) => stage.status === "STOPPED");
  for (let stage = open.pop(); stage !== undefined; stage = open.pop()) {
    for (const next of downstreamOf(draft.execution, stage)) {
      if (excused.has(next.id)) continue;
      excused.add(next.id);
      open.push(next);
    }
  }
  return stages.filter((stage) => !isComplete(stage.status) && !excused.has(stage.id));
}

/** Names, for each stage that can never start, the requirement at fault: one that does not exist, or a circle. */
function explainStuck(draft: Draft, stages: readonly Stage[]): Explanation {
  const stuck = unreachable(draft, stages);
  for (const stage of stuck) {
    const known = new Set(upstreamOf(draft.execution, stage).map((required) => required.refId));
    const missing = stage.requisites.filter((refId) => !known.has(refId));
    const message =
      missing.length > 0
        ? `Cannot start: it requires ${missing.map((refId) => `"${refId}"`).join(", ")}, which the pipeline does not have.`
        : "Cannot start: its requirements wait for each other in a circle, or for a stage that can never start.";
    setStage(draft, stage.id, { failure: { code: "stage.unreachable", message, details: { missing } } });
  }
  const names = stuck.map((stage) => `"${stage.name}" (${stage.refId})`).join(", ");
  return {
    code: "execution.stuck",
    message: `These stages can never start: ${names}. Mend their requirements in the pipeline.`,
  };
}

function finish(draft: Draft, status: Status, failure: Explanation | null): void {
  setHeader(draft, { status, endTime: draft.env.now, halting: false, held: [], failure });
  draft.wakes.push(`execution:${draft.execution.id}`);
}
