import { z } from "zod";
import { time } from "./common.ts";

/** A canary config in Kayenta's JSON, unknown fields kept. */
export const canaryConfigDocument = z.looseObject({
  name: z.string().min(1),
  metrics: z.array(z.looseObject({ name: z.string() })),
});

export const canaryConfig = z.object({
  id: z.string(),
  name: z.string(),
  applications: z.array(z.string()),
  updatedAt: time,
  document: z.record(z.string(), z.unknown()),
});
export type CanaryConfig = z.infer<typeof canaryConfig>;

export const verdict = z.enum(["pass", "marginal", "fail", "inconclusive"]);
export type Verdict = z.infer<typeof verdict>;

const statistics = z.object({
  min: z.number().nullable(),
  max: z.number().nullable(),
  mean: z.number().nullable(),
  std: z.number().nullable(),
  count: z.number(),
});

/** Values are null where the series has a hole. */
const series = z.object({ start: time, stepMs: z.number(), values: z.array(z.number().nullable()) });

export const canaryMetric = z.object({
  name: z.string(),
  groups: z.array(z.string()),
  tags: z.record(z.string(), z.string()),
  classification: z.string(),
  /** In words, with figures. */
  reason: z.string(),
  critical: z.boolean(),
  ratio: z.number().nullable(),
  baseline: statistics,
  canary: statistics,
  series: z.object({ baseline: series, canary: series }),
});
export type CanaryMetric = z.infer<typeof canaryMetric>;

export const canaryRun = z.object({
  id: z.string(),
  executionId: z.string(),
  stageId: z.string(),
  index: z.number(),
  planned: z.number(),
  start: time,
  end: time,
  judgedAt: time,
  score: z.number().nullable(),
  scoreReason: z.string(),
  classification: z.string(),
  verdict,
  reason: z.string(),
  thresholds: z.object({ pass: z.number(), marginal: z.number() }),
  groups: z.array(
    z.object({ name: z.string(), score: z.number().nullable(), classification: z.string(), reason: z.string() }),
  ),
  metrics: z.array(canaryMetric),
  scopes: z.object({ baseline: z.string(), canary: z.string() }),
});
export type CanaryRun = z.infer<typeof canaryRun>;
