import { z } from "zod";
import { defineRoutes } from "../route.ts";
import { explanation, time } from "./common.ts";
import { execution, stage, status } from "./execution.ts";

const listed = (text: string) =>
  text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
const words = z.string().transform(listed);
const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** `name=value&name=value`, encoded as a form. */
const parameters = z.string().transform((text) => Object.fromEntries(new URLSearchParams(text)));

/** What a list of executions can be narrowed by. All that is given must hold; case does not count in texts. */
export const executionQuery = z.object({
  application: z.string().optional().describe("only those of this application"),
  pipeline: z.string().optional().describe("only those of this pipeline's id"),
  name: z.string().optional().describe("only those of pipelines of this name"),
  statuses: words.pipe(z.array(status)).optional().describe("comma-separated"),
  type: z.enum(["PIPELINE", "ORCHESTRATION"]).optional().describe("runs of pipelines, or single operations"),
  triggerTypes: words.optional().describe("comma-separated: manual, cron, git, pipeline …"),
  user: z.string().optional().describe("who started it, or as whom it runs"),
  parameters: parameters.optional().describe("parameters with these values, as in a form: env=prod&region=eu"),
  artifact: z.string().optional().describe("an artifact's name, reference, version, or name:version"),
  text: z.string().max(1_000).optional().describe("words; each must begin a word of the name, user, parameters …"),
  from: instant.optional().describe("built at this time or later (ISO 8601)"),
  until: instant.optional().describe("built at this time or earlier (ISO 8601)"),
  before: z.string().optional().describe("an execution's id, the cursor: only older ones"),
  limit: z.coerce.number().int().min(1).max(500).optional().describe("at most this many (1–500)"),
});

/** A stage as it was at a step: what its context and outputs held then is not kept. */
const stageState = stage.omit({ context: true, outputs: true });

/** One thing that happened, in words. `before` and `after` are statuses of the task, stage or run it happened to. */
export const historyStep = z.object({
  number: z.number().describe("from 1"),
  time,
  text: z.string(),
  stage: z.object({ id: z.string(), refId: z.string(), name: z.string() }).nullable(),
  task: z.object({ id: z.string(), name: z.string() }).nullable(),
  before: status.nullable(),
  after: status.nullable(),
});
export type HistoryStep = z.infer<typeof historyStep>;

export const executionHistory = z.object({
  execution: z.string(),
  total: z.number().describe("steps there are"),
  steps: z.array(historyStep),
  at: z.number().describe("the step after which the state was this"),
  state: z
    .object({
      status,
      startTime: time.nullable(),
      endTime: time.nullable(),
      canceled: z.boolean(),
      canceledBy: z.string().nullable(),
      cancellationReason: z.string().nullable(),
      paused: z.object({ pausedBy: z.string(), pauseTime: time, resumeTime: time.nullable() }).nullable(),
      failure: explanation.nullable(),
      stages: z.array(stageState),
    })
    .nullable(),
});
export type ExecutionHistory = z.infer<typeof executionHistory>;

const whole = z.number().int().min(1).max(1_000_000).nullable();
export const retentionPolicy = z.object({
  keepDays: whole.describe("days after its end that a run is kept at least; null: says nothing"),
  keepLast: whole.describe("runs of each pipeline that are kept at least; null: says nothing"),
});
export type RetentionPolicyDocument = z.infer<typeof retentionPolicy>;

const ofApplication = retentionPolicy.extend({
  application: z.string(),
  source: z.enum(["application", "server"]).describe("whose policy holds for it"),
});
const nothing = z.object({});

export const historyRoutes = defineRoutes({
  listExecutions: {
    method: "GET",
    path: "/executions",
    tag: "executions",
    summary: "Executions that match, newest first",
    query: executionQuery,
    response: z.array(execution),
  },
  getExecutionHistory: {
    method: "GET",
    path: "/executions/:execution/history",
    tag: "executions",
    summary: "What happened to an execution, step by step, and how it stood after any step",
    query: z.object({
      at: z.coerce.number().int().min(0).optional().describe("the state after this step; default: the last"),
      after: z.coerce.number().int().min(0).optional().describe("only steps behind this one"),
      limit: z.coerce.number().int().min(1).max(5_000).optional().describe("at most this many steps; default 1000"),
    }),
    response: executionHistory,
  },
  deleteExecution: {
    method: "DELETE",
    path: "/executions/:execution",
    tag: "executions",
    summary: "Delete an execution that has ended, with all that is kept about it",
    response: nothing,
  },
  getRetention: {
    method: "GET",
    path: "/retention",
    tag: "executions",
    summary: "How long ended executions are kept: the server's policy, and the applications that differ",
    response: retentionPolicy.extend({ applications: z.array(retentionPolicy.extend({ application: z.string() })) }),
  },
  setRetention: {
    method: "PUT",
    path: "/retention",
    tag: "executions",
    summary: "Change how long ended executions are kept (both null: for ever)",
    body: retentionPolicy,
    response: retentionPolicy,
  },
  getApplicationRetention: {
    method: "GET",
    path: "/applications/:application/retention",
    tag: "executions",
    summary: "How long an application's ended executions are kept",
    response: ofApplication,
  },
  setApplicationRetention: {
    method: "PUT",
    path: "/applications/:application/retention",
    tag: "executions",
    summary: "Give an application a policy of its own",
    body: retentionPolicy,
    response: ofApplication,
  },
  deleteApplicationRetention: {
    method: "DELETE",
    path: "/applications/:application/retention",
    tag: "executions",
    summary: "Let the server's policy hold for an application again",
    response: ofApplication,
  },
});
