import { z } from "zod";
import { defineRoutes } from "../route.ts";

const value = z.unknown();

export const shadowRun = z.object({
  execution: z.string(),
  status: z.string().describe("how the run ended there"),
  startTime: z.number().nullable().describe("epoch milliseconds"),
  start: z.array(z.object({ pointer: z.string(), reason: z.string() })).describe("why it would not start here"),
  plan: z.array(
    z.object({
      refId: z.string(),
      stage: z.string(),
      what: z.enum(["missing", "added", "type", "name", "requisites"]),
      here: z.string(),
      there: z.string(),
    }),
  ),
  fields: z.object({
    compared: z.number(),
    expressions: z.number(),
    differences: z.array(
      z.object({ refId: z.string(), stage: z.string(), pointer: z.string(), source: value, here: value, there: value }),
    ),
    left: z.array(z.object({ refId: z.string(), stage: z.string(), pointer: z.string(), reason: z.string() })),
  }),
  outcomes: z.array(
    z.object({
      refId: z.string(),
      stage: z.string(),
      here: z.string().nullable().describe("null: it differs, but how is not known"),
      there: z.string(),
      reason: z.string(),
    }),
  ),
  same: z.boolean(),
  words: z.array(z.string()),
});
export type ShadowRun = z.infer<typeof shadowRun>;

export const shadowReport = z.object({
  pipeline: z.string(),
  application: z.string(),
  name: z.string(),
  same: z.number().describe("runs without a difference"),
  runs: z.array(shadowRun),
  unreadable: z.array(z.object({ index: z.number(), reason: z.string() })),
});
export type ShadowReport = z.infer<typeof shadowReport>;

export const shadowRoutes = defineRoutes({
  compareShadow: {
    method: "POST",
    path: "/shadow",
    tag: "import",
    summary: "Hold executions of a Spinnaker against the same pipeline here; nothing is run",
    document: true,
    body: z.object({
      application: z.string(),
      pipeline: z.string().describe("name or id"),
      accounts: z.record(z.string(), z.string()).optional().describe("accounts there, and what they are called here"),
      executions: z.array(z.looseObject({})).min(1).max(500).describe("as Gate answers them with expand=true"),
    }),
    response: shadowReport,
  },
});
