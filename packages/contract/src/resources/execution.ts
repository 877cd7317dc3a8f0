import { z } from "zod";
import { explanation, time } from "./common.ts";

export const statuses = [
  "NOT_STARTED",
  "RUNNING",
  "PAUSED",
  "SUSPENDED",
  "SUCCEEDED",
  "FAILED_CONTINUE",
  "SKIPPED",
  "TERMINAL",
  "CANCELED",
  "STOPPED",
  "REDIRECT",
  "BUFFERED",
] as const;
export const status = z.enum(statuses);
export type Status = z.infer<typeof status>;

/** Statuses after which nothing more happens. */
export const completeStatuses: ReadonlySet<Status> = new Set([
  "SUCCEEDED",
  "FAILED_CONTINUE",
  "SKIPPED",
  "TERMINAL",
  "CANCELED",
  "STOPPED",
]);

export const task = z.object({
  id: z.string(),
  name: z.string(),
  status,
  startTime: time.nullable(),
  endTime: time.nullable(),
  attempt: z.number(),
  /** What it waits for, in words; null when it does not wait. */
  waiting: explanation.nullable(),
});
export type Task = z.infer<typeof task>;

export const stage = z.object({
  id: z.string(),
  refId: z.string(),
  type: z.string(),
  name: z.string(),
  status,
  requisiteStageRefIds: z.array(z.string()),
  parentStageId: z.string().nullable(),
  syntheticStageOwner: z.enum(["STAGE_BEFORE", "STAGE_AFTER"]).nullable(),
  startTime: time.nullable(),
  endTime: time.nullable(),
  context: z.record(z.string(), z.unknown()),
  outputs: z.record(z.string(), z.unknown()),
  tasks: z.array(task),
  /** Why it failed, in words; null when it did not. */
  failure: explanation.nullable(),
});
export type Stage = z.infer<typeof stage>;

export const execution = z.object({
  id: z.string(),
  type: z.enum(["PIPELINE", "ORCHESTRATION"]),
  application: z.string(),
  name: z.string(),
  pipelineConfigId: z.string().nullable(),
  status,
  buildTime: time,
  startTime: time.nullable(),
  endTime: time.nullable(),
  canceled: z.boolean(),
  canceledBy: z.string().nullable(),
  cancellationReason: z.string().nullable(),
  paused: z.object({ pausedBy: z.string(), pauseTime: time, resumeTime: time.nullable() }).nullable(),
  trigger: z.record(z.string(), z.unknown()),
  authentication: z.object({ user: z.string() }),
  parentExecution: z.object({ executionId: z.string(), stageId: z.string() }).nullable(),
  /** Why the run failed where no stage says so, or why it has not begun; null when there is nothing to say. */
  failure: explanation.nullable().optional(),
  stages: z.array(stage),
});
export type Execution = z.infer<typeof execution>;

export const judgement = z.object({
  decision: z.enum(["continue", "stop"]),
  input: z.string().optional(),
  reason: z.string().optional(),
});
