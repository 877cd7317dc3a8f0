import type { Instance, ServerGroup } from "@gennaker/contract/resources/cluster.ts";
import type { Verdict } from "@gennaker/contract/resources/canary.ts";
import type { Execution, Stage, Status } from "@gennaker/contract/resources/execution.ts";

type Tone = "ok" | "run" | "wait" | "bad" | "idle";
export type Shape =
  | "check"
  | "running"
  | "cross"
  | "bang"
  | "question"
  | "pause"
  | "stop"
  | "skip"
  | "empty"
  | "clock"
  | "minus"
  | "half"
  | "down"
  | "square"
  | "high"
  | "low";
export type Look = { tone: Tone; shape: Shape };

/** What a run or a stage is doing as a person would say it: its status, or that it waits for a decision. */
export type State = Status | "DECISION";

const looks: Record<State, Look> = {
  NOT_STARTED: { tone: "idle", shape: "empty" },
  BUFFERED: { tone: "idle", shape: "clock" },
  RUNNING: { tone: "run", shape: "running" },
  PAUSED: { tone: "wait", shape: "pause" },
  SUSPENDED: { tone: "wait", shape: "clock" },
  DECISION: { tone: "wait", shape: "question" },
  SUCCEEDED: { tone: "ok", shape: "check" },
  FAILED_CONTINUE: { tone: "wait", shape: "bang" },
  SKIPPED: { tone: "idle", shape: "skip" },
  TERMINAL: { tone: "bad", shape: "cross" },
  CANCELED: { tone: "idle", shape: "stop" },
  STOPPED: { tone: "idle", shape: "minus" },
  REDIRECT: { tone: "run", shape: "clock" },
};

export function lookOf(state: State): Look {
  return looks[state];
}

/** A status as text from outside; what this UI does not know counts as not started rather than as anything better. */
export function asStatus(text: string): Status {
  return text in looks && text !== "DECISION" ? (text as Status) : "NOT_STARTED";
}

const ended: ReadonlySet<Status> = new Set<Status>([
  "SUCCEEDED",
  "FAILED_CONTINUE",
  "SKIPPED",
  "TERMINAL",
  "CANCELED",
  "STOPPED",
]);

/** True when nothing more happens. */
export function isEnded(status: Status): boolean {
  return ended.has(status);
}

export function stateOfStage(stage: Pick<Stage, "type" | "status">): State {
  return stage.type === "manualJudgment" && stage.status === "RUNNING" ? "DECISION" : stage.status;
}

/** A running execution shows that it waits for a person, wherever in it the question is. */
export function stateOfExecution(
  execution: Pick<Execution, "status"> & { stages: readonly Pick<Stage, "type" | "status">[] },
): State {
  if (execution.status !== "RUNNING") return execution.status;
  return execution.stages.some((stage) => stateOfStage(stage) === "DECISION") ? "DECISION" : "RUNNING";
}

export const instanceLooks: Record<Instance["state"], Look> = {
  up: { tone: "ok", shape: "check" },
  starting: { tone: "run", shape: "half" },
  down: { tone: "bad", shape: "cross" },
  outOfService: { tone: "idle", shape: "minus" },
  stopping: { tone: "wait", shape: "down" },
  stopped: { tone: "idle", shape: "square" },
  unknown: { tone: "wait", shape: "question" },
};

export const healthLooks: Record<ServerGroup["health"]["status"], Look> = {
  stable: { tone: "ok", shape: "check" },
  progressing: { tone: "run", shape: "half" },
  paused: { tone: "wait", shape: "pause" },
  failed: { tone: "bad", shape: "cross" },
};

export const verdictLooks: Record<Verdict, Look> = {
  pass: { tone: "ok", shape: "check" },
  marginal: { tone: "wait", shape: "bang" },
  fail: { tone: "bad", shape: "cross" },
  inconclusive: { tone: "wait", shape: "question" },
};

/** Kayenta's classifications of a metric or a group. */
export function classificationLook(classification: string): Look {
  switch (classification) {
    case "Pass":
      return { tone: "ok", shape: "check" };
    case "High":
      return { tone: "bad", shape: "high" };
    case "Low":
      return { tone: "bad", shape: "low" };
    case "Marginal":
      return { tone: "wait", shape: "bang" };
    case "Fail":
      return { tone: "bad", shape: "cross" };
    case "NodataFailMetric":
      return { tone: "bad", shape: "question" };
    case "Error":
      return { tone: "bad", shape: "bang" };
    default:
      return { tone: "wait", shape: "question" };
  }
}
