import { z } from "zod";
import { defineRoutes } from "../route.ts";
import { time } from "./common.ts";

/** One saved version of a pipeline, with what it changed against the one before it. */
export const pipelineVersion = z.object({
  version: z.number(),
  savedAt: time,
  savedBy: z.string(),
  changes: z
    .array(
      z.object({
        pointer: z.string().describe("JSON pointer; items of lists by what names them, e.g. /stages/refId=2/waitTime"),
        before: z.unknown().optional(),
        after: z.unknown().optional(),
      }),
    )
    .nullable()
    .describe("null where the version before it is not among those read"),
  /** The document as saved. */
  document: z.record(z.string(), z.unknown()),
});
export type PipelineVersion = z.infer<typeof pipelineVersion>;

export const pipelineVersionRoutes = defineRoutes({
  listPipelineVersions: {
    method: "GET",
    path: "/pipelines/:pipeline/versions",
    tag: "pipelines",
    summary: "A pipeline's versions, newest first, with what each changed; also of a deleted one",
    query: z.object({
      limit: z.coerce.number().int().min(1).max(500).optional().describe("at most this many (1–500); default 20"),
    }),
    response: z.array(pipelineVersion),
  },
});
