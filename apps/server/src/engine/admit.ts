import { isComplete } from "@gennaker/engine-core/status.ts";
import type { Execution, Explanation, Message } from "@gennaker/engine-core/model.ts";
import type { Tx } from "../platform/database/api.ts";
import { encodeText } from "../platform/values/document.ts";
import { admits, waitingSince, waitingRuns } from "./admission.ts";
import { explainPause, pauseOf, startHold, type ControlState } from "./controls.ts";

type Verdict = { admitted: boolean; supersedes: readonly string[] };

/**
 * Completes the messages of a transition with what only the database knows: whether the run may begin (pauses, freezes, limits of its
 * pipeline) or be restarted. A run in the scope of a pause is paused before anything else happens to it.
 */
export async function admit(
  tx: Tx,
  execution: Execution,
  messages: readonly Message[],
  state: ControlState,
  now: number,
): Promise<readonly Message[]> {
  const pause = pauseOf(state, execution.application);
  const decided: Message[] = [];
  let verdict: Verdict | undefined;
  for (const message of messages) {
    if (message.type === "StartExecution") {
      const hold = startHold(state, execution, now);
      if (hold === null) decided.push({ ...message, ...(verdict ??= await ask(tx, execution)) });
      else decided.push({ ...message, hold });
    } else if (message.type === "RestartStage" && isComplete(execution.status)) {
      const refused = pause === null ? null : explainPause(pause);
      verdict ??= await ask(tx, execution);
      const { supersedes } = verdict;
      if (refused !== null) decided.push({ ...message, refused });
      else if (!verdict.admitted) decided.push({ ...message, refused: noRoom });
      else decided.push({ ...message, ...(execution.pendingRestart === null ? {} : { supersedes }) });
    } else if (message.type !== "ResumeExecution" || message.engine !== true || pause === null) {
      decided.push(message);
    }
  }
  if (pause === null) return decided;
  const hold: Message = { type: "PauseExecution", user: pause.pausedBy, engine: true };
  if (execution.status === "RUNNING" && !execution.halting) return [hold, ...decided];
  return decided.some((message) => message.type === "ResumeExecution") ? [...decided, hold] : decided;
}

const noRoom: Explanation = {
  code: "execution.restartWaits",
  message:
    "The restart waits until other runs of this pipeline have ended, because the pipeline limits concurrent runs.",
};

/** Decides, under a lock of its pipeline, whether there is room for this run. */
async function ask(tx: Tx, execution: Execution): Promise<Verdict> {
  const limit = admits(execution);
  if (limit === "always") return { admitted: true, supersedes: [] };
  const config = encodeText(execution.pipelineConfigId ?? "");
  await tx.query("select pg_advisory_xact_lock(hashtextextended($1, 7))", [config]);
  const rows = await tx.query<{ running: number }>(
    `select count(*) as running from engine_execution
     where pipeline_config_id = $1 and id <> $2 and end_time is null and status in ('RUNNING', 'PAUSED')`,
    [config, execution.id],
  );
  if ((rows[0]?.running ?? 0) >= limit) return { admitted: false, supersedes: [] };
  if (execution.limits.keepWaitingPipelines) return { admitted: true, supersedes: [] };
  const own = { id: execution.id, since: waitingSince(execution) };
  const older = (await waitingRuns(tx, config)).filter(
    (run) => run.id !== own.id && (run.since < own.since || (run.since === own.since && run.id < own.id)),
  );
  return { admitted: true, supersedes: older.map((run) => run.id) };
}
