import type { HistoryStep } from "@gennaker/contract/resources/history.ts";
import type { RunFacts, RunState, StageFacts, Step, TaskFacts } from "@gennaker/engine-core/history.ts";
import type { Explanation, Status } from "@gennaker/engine-core/model.ts";

export type Told = Omit<HistoryStep, "number" | "time">;

const ends: Partial<Record<Status, string>> = {
  SUCCEEDED: "succeeded",
  FAILED_CONTINUE: "failed, and the run goes on",
  SKIPPED: "was skipped",
  TERMINAL: "failed",
  CANCELED: "was canceled",
  STOPPED: "stopped its branch",
  PAUSED: "was paused",
  REDIRECT: "goes back to an earlier task",
  BUFFERED: "waits to begin",
  NOT_STARTED: "was put back to its beginning",
  SUSPENDED: "was suspended",
};

/** What a step says, given the run before it (null before the first). */
export function tell(step: Step, before: RunState | null): Told {
  const nothing = { stage: null, task: null, before: null, after: null };
  if (step.what === "created") {
    return { ...nothing, after: step.run.status, text: `The run was created with ${counted(step.stages, "stage")}.` };
  }
  const stages = before?.stages ?? new Map<string, StageFacts>();
  if (step.what === "run") return { ...nothing, ...runWords(step.set, before?.run ?? null) };
  if (step.what === "added") {
    const parent = stages.get(step.stages[0]?.parentId ?? "");
    const around = parent === undefined ? "the run" : `stage "${parent.name}"`;
    return { ...nothing, stage: placeOf(parent), text: `Planned for ${around}: ${names(step.stages)}.` };
  }
  if (step.what === "removed") {
    const gone = step.stages.flatMap((id) => stages.get(id) ?? []);
    const parent = stages.get(gone[0]?.parentId ?? "");
    return { ...nothing, stage: placeOf(parent), text: `No longer planned: ${names(gone)}.` };
  }
  const stage = stages.get(step.stage);
  if (step.what === "stage") return { ...nothing, stage: placeOf(stage), ...stageWords(step.set, stage) };
  const task = stage?.tasks.find((each) => each.id === step.task);
  return {
    stage: placeOf(stage),
    task: task === undefined ? null : { id: task.id, name: task.name },
    ...taskWords(step.set, stage, task),
  };
}

type Words = Pick<Told, "text" | "before" | "after">;

function change(set: { status?: Status }, before: { status: Status } | undefined | null): Omit<Words, "text"> {
  const status = before?.status ?? null;
  return { before: status, after: set.status ?? status };
}

function runWords(set: Partial<RunFacts>, before: RunFacts | null): Words {
  const moved = change(set, before);
  if (set.canceled === true) {
    const reason = set.cancellationReason ? `: ${set.cancellationReason}` : "";
    return { ...moved, text: `${set.canceledBy ?? "Somebody"} asked to cancel the run${reason}${full(reason)}` };
  }
  if (set.status === "PAUSED") return { ...moved, text: `${set.paused?.pausedBy ?? "Somebody"} paused the run.` };
  if (set.status === "RUNNING") {
    const from = before?.status;
    if (from === "PAUSED") return { ...moved, text: "The run goes on after its pause." };
    const again = from !== "NOT_STARTED" && from !== "BUFFERED";
    return { ...moved, text: again ? "The run began again, because a stage was restarted." : "The run began." };
  }
  if (set.status !== undefined) return { ...moved, text: sentence("The run", set.status, set.failure ?? null) };
  if (set.failure) return { ...moved, text: set.failure.message };
  return { ...moved, text: "What is noted about the run changed." };
}

function stageWords(set: Partial<StageFacts>, stage: StageFacts | undefined): Words {
  const moved = change(set, stage);
  const name = `Stage "${stage?.name ?? "?"}"`;
  if (set.status === "RUNNING") {
    const text = stage?.status === "PAUSED" ? `${name} goes on after the pause.` : `${name} began.`;
    return { ...moved, text };
  }
  if (set.status !== undefined) {
    const failure = set.failure === undefined ? (stage?.failure ?? null) : set.failure;
    return { ...moved, text: sentence(name, set.status, failure) };
  }
  if (set.failure) return { ...moved, text: `${name}: ${set.failure.message}` };
  if (set.tasks !== undefined) return { ...moved, text: `${name} begins its tasks again.` };
  return { ...moved, text: `${name} changed.` };
}

function taskWords(set: Partial<TaskFacts>, stage: StageFacts | undefined, task: TaskFacts | undefined): Words {
  const moved = change(set, task);
  const name = `Task "${task?.name ?? "?"}" of stage "${stage?.name ?? "?"}"`;
  if (set.status === "RUNNING") return { ...moved, text: `${name} began.` };
  if (set.status !== undefined) return { ...moved, text: sentence(name, set.status, null) };
  if (set.waiting) return { ...moved, text: `${name} waits: ${set.waiting.message}${full(set.waiting.message)}` };
  if (set.waiting === null) return { ...moved, text: `${name} waits no longer.` };
  return { ...moved, text: `${name} changed.` };
}

function sentence(subject: string, status: Status, failure: Explanation | null): string {
  const good = status === "SUCCEEDED" || status === "NOT_STARTED" || status === "SKIPPED" || status === "PAUSED";
  if (good || failure === null) return `${subject} ${ends[status] ?? `is now ${status}`}.`;
  return `${subject} ${ends[status] ?? `is now ${status}`}: ${failure.message}${full(failure.message)}`;
}

/** The full stop that a text still lacks. */
function full(text: string): string {
  return /[.!?]$/.test(text) ? "" : ".";
}

function placeOf(stage: StageFacts | undefined): Told["stage"] {
  return stage === undefined ? null : { id: stage.id, refId: stage.refId, name: stage.name };
}

function counted(list: readonly unknown[], what: string): string {
  return `${list.length} ${what}${list.length === 1 ? "" : "s"}`;
}

function names(stages: readonly StageFacts[]): string {
  return stages.map((stage) => `"${stage.name}" (${stage.refId})`).join(", ");
}
