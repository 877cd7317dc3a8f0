import type { ExecutionHistory, HistoryStep } from "@gennaker/contract/resources/history.ts";
import { createReplay, type RunState, type StageFacts, type Step } from "@gennaker/engine-core/history.ts";
import { tell } from "./words.ts";

const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());

/**
 * A run's history in words, and its state after step `at` (default: the last), rebuilt from nothing but its steps. Of the steps, at most
 * `limit` behind `after` are given.
 */
export function replayRun(
  executionId: string,
  history: readonly { time: Date; step: Step }[],
  wanted: { at?: number; after?: number; limit?: number },
): ExecutionHistory {
  const { after = 0, limit = 1_000 } = wanted;
  const at = Math.min(wanted.at ?? history.length, history.length);
  const last = Math.min(after + limit, history.length);
  const replay = createReplay();
  const steps: HistoryStep[] = [];
  let state: ExecutionHistory["state"] = null;
  for (const [index, { time, step }] of history.entries()) {
    const number = index + 1;
    if (number > Math.max(at, last)) break;
    if (number > after && number <= last) {
      steps.push({ number, time: time.toISOString(), ...tell(step, replay.state) });
    }
    replay.apply(step);
    if (number === at && replay.state !== null) state = stateOf(replay.state);
  }
  return { execution: executionId, total: history.length, steps, at, state };
}

/** The state as the API shows it. */
export function stateOf({ run, stages }: RunState): NonNullable<ExecutionHistory["state"]> {
  const { paused } = run;
  return {
    ...run,
    startTime: iso(run.startTime),
    endTime: iso(run.endTime),
    paused: paused && {
      pausedBy: paused.pausedBy,
      pauseTime: new Date(paused.pauseTime).toISOString(),
      resumeTime: iso(paused.resumeTime),
    },
    stages: [...stages.values()].map(stageOf),
  };
}

function stageOf(stage: StageFacts): NonNullable<ExecutionHistory["state"]>["stages"][number] {
  const { requisites, parentId, owner, tasks, ...rest } = stage;
  return {
    ...rest,
    startTime: iso(stage.startTime),
    endTime: iso(stage.endTime),
    requisiteStageRefIds: [...requisites],
    parentStageId: parentId,
    syntheticStageOwner: owner,
    tasks: tasks.map((task) => ({ ...task, startTime: iso(task.startTime), endTime: iso(task.endTime) })),
  };
}
