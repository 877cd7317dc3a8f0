import { z } from "zod";
import type { JsonObject } from "../json.ts";

/** ISO 8601 in UTC, e.g. `2026-05-04T10:20:30.123Z`. */
export const time = z.string().describe("ISO 8601 time in UTC");

export const jsonObject = z.record(z.string(), z.unknown()).transform((value) => value as JsonObject);

/** Why something waits, failed or is not healthy: a stable code to translate by, an English sentence, its figures. */
export const explanation = z.object({
  code: z.string(),
  message: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
});
export type Explanation = z.infer<typeof explanation>;

export const problem = z.object({ pointer: z.string(), reason: z.string() });

/** RFC 9457 problem document, as every failed call of the own API answers. */
export const problemDocument = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  code: z.string(),
  requestId: z.string(),
  retryable: z.boolean(),
  problems: z.array(problem).optional(),
  denied: z.object({ verb: z.string(), resource: z.string() }).optional().describe("what a role would have to allow"),
});
export type ProblemDocument = z.infer<typeof problemDocument>;
