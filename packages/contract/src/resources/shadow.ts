import { z } from "zod";
import { defineRoutes } from "../route.ts";
import { time } from "./common.ts";

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

export const comparison = z.object({
  id: z.string(),
  pipeline: z.string(),
  application: z.string(),
  name: z.string(),
  source: z.string().describe("where the executions came from: Gate's address, or what whoever sent them calls them"),
  comparedAt: time,
  comparedBy: z.string(),
  runs: z.number(),
  same: z.number().describe("runs without a difference"),
  unreadable: z.number(),
});
export type Comparison = z.infer<typeof comparison>;

export const shadowReport = comparison.extend({
  runs: z.array(shadowRun),
  unreadable: z.array(z.object({ index: z.number(), reason: z.string() })),
});
export type ShadowReport = z.infer<typeof shadowReport>;

const pipeline = {
  application: z.string(),
  pipeline: z.string().describe("name or id"),
  accounts: z.record(z.string(), z.string()).optional().describe("accounts there, and what they are called here"),
};

export const shadowRoutes = defineRoutes({
  compareShadow: {
    method: "POST",
    path: "/shadow",
    tag: "import",
    summary: "Hold executions of a Spinnaker against the same pipeline here; nothing is run",
    document: true,
    body: z.object({
      ...pipeline,
      source: z.string().max(2_000).optional().describe("what the executions are called in the list of comparisons"),
      executions: z.array(z.looseObject({})).min(1).max(500).describe("as Gate answers them with expand=true"),
    }),
    response: shadowReport,
  },
  compareWithGate: {
    method: "POST",
    path: "/shadow/gate",
    tag: "import",
    summary:
      "The same with the newest ended executions of the pipeline of this name, read from a running Spinnaker's Gate",
    body: z.object({
      ...pipeline,
      gate: z.string().max(2_000).describe("Gate's address, e.g. https://gate.example.com"),
      authorization: z
        .string()
        .max(10_000)
        .optional()
        .describe("the Authorization header for Gate, e.g. Bearer secret://db/gate; it is not kept"),
      limit: z.number().int().min(1).max(50).optional().describe("executions at most; 10 if absent"),
    }),
    response: shadowReport,
  },
  listComparisons: {
    method: "GET",
    path: "/applications/:application/comparisons",
    tag: "import",
    summary: "Comparisons with a Spinnaker, newest first; the last 50 of each pipeline are kept",
    query: z.object({
      pipeline: z.string().optional().describe("id; absent: of every pipeline"),
      limit: z.coerce.number().int().min(1).max(500).optional().describe("at most this many; 50 if absent"),
    }),
    response: z.array(comparison),
  },
  getComparison: {
    method: "GET",
    path: "/applications/:application/comparisons/:comparison",
    tag: "import",
    summary: "A comparison with all that it found",
    response: shadowReport,
  },
});
