import { z } from "zod";
import { defineRoutes } from "../route.ts";

const json = z.record(z.string(), z.unknown());

const pendingExpression = z.object({
  pointer: z.string().describe("where it stands in the stage"),
  expression: z.string(),
  waitsFor: z.array(z.string()).describe("what must be known first, in words"),
});

const dryRunStage = z.object({
  refId: z.string(),
  type: z.string(),
  name: z.string(),
  requires: z.array(z.string()).describe("refIds of the stages before it"),
  runs: z.enum(["yes", "no", "pending"]).describe("`no`: its condition is false; `pending`: decided later"),
  calls: z.array(z.string()).describe("what would be called, in words"),
  tasks: z.array(z.string()),
  context: json.describe("the stage's fields after evaluation, secrets hidden"),
  pending: z.array(pendingExpression),
  problems: z.array(z.string()),
  notes: z.array(z.string()).describe("windows, limits and guards, in words"),
});

export const dryRun = z.object({
  application: z.string(),
  name: z.string(),
  valid: z.boolean(),
  problems: z.array(z.object({ pointer: z.string(), reason: z.string() })),
  trigger: json,
  notes: z.array(z.string()),
  stages: z.array(dryRunStage),
});
export type DryRun = z.infer<typeof dryRun>;
export type DryRunStage = z.infer<typeof dryRunStage>;

export const dryRunRequest = z.looseObject({
  parameters: json.optional(),
  artifacts: z.array(json).optional(),
  trigger: json.optional(),
  pipeline: json.optional().describe("an unsaved pipeline, which is tried instead of the stored one"),
});

export const dryRunRoutes = defineRoutes({
  dryRunPipeline: {
    method: "POST",
    path: "/applications/:application/pipelines/:pipeline/dry-run",
    tag: "pipelines",
    summary: "What a run would do, without doing any of it",
    document: true,
    body: dryRunRequest,
    response: dryRun,
  },
});
