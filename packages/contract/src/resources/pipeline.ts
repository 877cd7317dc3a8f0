import { z } from "zod";
import { problem, time } from "./common.ts";

/** A pipeline in Spinnaker's JSON, unknown fields kept; `id` is a UUID given by the server when absent. */
export const pipelineDocument = z.looseObject({
  id: z.string().optional(),
  name: z.string().min(1),
  application: z.string().min(1),
  stages: z.array(z.looseObject({ type: z.string() })).optional(),
});
export type PipelineDocument = z.infer<typeof pipelineDocument>;

export const pipeline = z.object({
  id: z.string(),
  application: z.string(),
  name: z.string(),
  disabled: z.boolean(),
  updatedAt: time,
  lastModifiedBy: z.string(),
  version: z.number(),
  /** The document as saved. */
  document: z.record(z.string(), z.unknown()),
  lastExecution: z.object({ id: z.string(), status: z.string(), buildTime: time }).nullable(),
});
export type Pipeline = z.infer<typeof pipeline>;

export const validationProblem = problem.extend({
  level: z.enum(["error", "repaired", "note"]),
  suggestion: z.string().optional(),
});
export const validation = z.object({ valid: z.boolean(), problems: z.array(validationProblem) });
export type Validation = z.infer<typeof validation>;

export const startRequest = z.looseObject({
  parameters: z.record(z.string(), z.unknown()).optional(),
  artifacts: z.array(z.record(z.string(), z.unknown())).optional(),
  reason: z.string().optional(),
});
