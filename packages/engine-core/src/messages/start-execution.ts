import { sameExplanation, send, setHeader, type Draft } from "../draft.ts";
import { startLimit } from "./time-out-execution.ts";
import { topStages } from "../topology.ts";
import type { MessageOf } from "../model.ts";

/**
 * Begins a run: its stages without requirements start. Without `admitted` it waits for another run of its pipeline;
 * with `hold` (the engine is paused, a freeze) it is BUFFERED until it is asked again. Older runs that it
 * supersedes are told in the same transition, so that none of them can begin after it.
 */
export function startExecution(draft: Draft, message: MessageOf<"StartExecution">): void {
  const { execution } = draft;
  if (execution.status !== "NOT_STARTED" && execution.status !== "BUFFERED") return;
  if (message.hold !== undefined) {
    if (execution.status === "BUFFERED" && sameExplanation(execution.failure, message.hold)) return;
    setHeader(draft, { status: "BUFFERED", failure: message.hold });
    return;
  }
  if (!message.admitted) {
    if (execution.failure?.code === "execution.waitingForOthers") return;
    const text = "Waits until other runs of this pipeline have ended, because the pipeline limits concurrent runs.";
    setHeader(draft, { status: "NOT_STARTED", failure: { code: "execution.waitingForOthers", message: text } });
    const { id, name, status } = execution;
    if (status === "NOT_STARTED")
      draft.events.push({
        type: "execution.status",
        data: { executionId: id, name, status, failure: { code: "execution.waitingForOthers", message: text } },
      });
    return;
  }
  if (isExpired(draft)) {
    const cancellationReason = "The run could not begin before its startTimeExpiry.";
    const end = { status: "CANCELED", endTime: draft.env.now, failure: null } as const;
    setHeader(draft, { ...end, canceled: true, canceledBy: "gennaker", cancellationReason });
    draft.wakes.push(`execution:${execution.id}`);
    return;
  }
  setHeader(draft, { status: "RUNNING", startTime: draft.env.now, failure: null });
  supersede(draft, message.supersedes ?? []);
  const roots = topStages(draft.execution).filter((stage) => stage.requisites.length === 0);
  if (roots.length === 0) {
    const text = "Nothing can start: the pipeline has no stage without requirements.";
    setHeader(draft, {
      status: "TERMINAL",
      endTime: draft.env.now,
      failure: { code: "execution.noInitialStage", message: text },
    });
    draft.wakes.push(`execution:${execution.id}`);
    return;
  }
  startLimit(draft);
  for (const stage of roots) send(draft, { type: "StartStage", stageId: stage.id });
}

/** `startTimeExpiry` of the pipeline (epoch milliseconds, also as text): a run that would begin later is canceled. */
function isExpired({ execution, env }: Draft): boolean {
  const expiry = Number(execution.initialConfig["startTimeExpiry"] ?? Number.NaN);
  return Number.isFinite(expiry) && env.now > expiry;
}

/** Tells runs that wait that a newer one has taken their turn. */
export function supersede(draft: Draft, executionIds: readonly string[]): void {
  const reason = "Superseded: a newer run of this pipeline has begun.";
  for (const executionId of executionIds) {
    draft.outgoing.push({ executionId, message: { type: "CancelExecution", user: "gennaker", reason } });
  }
}
