import { z } from "zod";
import { defineRoutes } from "../route.ts";
import { time } from "./common.ts";

const kind = z.enum([
  "application",
  "applicationPermissions",
  "template",
  "canaryConfig",
  "pipeline",
  "strategy",
  "notifications",
  "project",
]);
const outcome = z.enum(["imported", "repaired", "attention", "unchanged", "refused"]);

export const importNote = z.object({
  level: z.enum(["error", "attention", "repaired", "note"]),
  code: z.string().describe("stable, e.g. account.missing.deploy"),
  pointer: z.string(),
  message: z.string(),
  suggestion: z.string().optional(),
});

export const importItem = z.object({
  source: z.string().describe("the file or address it came from"),
  pointer: z.string().describe("where it stands in that"),
  kind: kind.nullable().describe("null: none of what can be imported"),
  name: z.string(),
  application: z.string().nullable(),
  outcome,
  change: z.enum(["created", "replaced", "none"]).describe("of a dry run: what would be done"),
  key: z.string().nullable().describe("id of the stored thing, the name of an application"),
  notes: z.array(importNote),
});
export type ImportItem = z.infer<typeof importItem>;

const counts = z.object({
  imported: z.number(),
  repaired: z.number(),
  attention: z.number(),
  unchanged: z.number(),
  refused: z.number(),
});
export type ImportCounts = z.infer<typeof counts>;

const received = z.object({
  source: z.string().max(4_000).describe("for the report"),
  text: z.string().optional().describe("JSON or YAML as it is in the file: one document, several, or a list"),
  document: z.looseObject({}).optional().describe("instead of text"),
  kind: kind.optional().describe("where the document does not tell"),
  application: z.string().optional().describe("of a document that does not say it"),
  name: z.string().optional().describe("of a document that does not say it"),
});

export const importRequest = z.object({
  dryRun: z.boolean().optional().describe("true: only tell what would be done"),
  overwrite: z.boolean().optional().describe("true: also replace what was changed here, or made here under the name"),
  import: z.string().max(200).optional().describe("id of an earlier part's answer: this goes on with that import"),
  accounts: z.record(z.string(), z.string()).optional().describe("accounts there, and what they are called here"),
  items: z.array(received).min(1).max(1_000),
});
export type ImportRequestBody = z.input<typeof importRequest>;

export const importResult = z.object({ id: z.string(), dryRun: z.boolean(), counts, items: z.array(importItem) });
export type ImportResult = z.infer<typeof importResult>;

export const importReport = z.object({
  id: z.string(),
  dryRun: z.boolean(),
  startedAt: time,
  changedAt: time,
  startedBy: z.string(),
  counts,
});
export type ImportReport = z.infer<typeof importReport>;

const exportedAs = z
  .enum(["received", "stored"])
  .optional()
  .describe("received (default): as imported, where nothing was changed here; stored: as it is kept and run here");

export const exportedItem = z.object({
  kind,
  name: z.string(),
  application: z.string().nullable(),
  document: z.record(z.string(), z.unknown()),
});

export const readinessReport = z.object({
  pipeline: z.string(),
  ready: z.boolean().describe("nothing blocks a run"),
  findings: z.array(
    z.object({
      level: z.enum(["blocks", "check"]),
      code: z.string(),
      pointer: z.string(),
      message: z.string(),
      suggestion: z.string().optional(),
    }),
  ),
});
export type ReadinessReport = z.infer<typeof readinessReport>;

export const importRoutes = defineRoutes({
  runImport: {
    method: "POST",
    path: "/import",
    tag: "import",
    summary: "Import documents of Spinnaker, with a report per item; the same again changes nothing",
    document: true,
    body: importRequest,
    response: importResult,
  },
  listImports: {
    method: "GET",
    path: "/imports",
    tag: "import",
    summary: "Imports and dry runs, newest first",
    query: z.object({ limit: z.coerce.number().int().min(1).max(500).optional().describe("at most this many") }),
    response: z.array(importReport),
  },
  getImport: {
    method: "GET",
    path: "/imports/:import",
    tag: "import",
    summary: "An import's report, page by page",
    query: z.object({
      outcome: outcome.optional().describe("only items that came out so"),
      after: z.coerce.number().int().min(0).optional().describe("`next` of the page before"),
      limit: z.coerce.number().int().min(1).max(1_000).optional().describe("at most this many"),
    }),
    response: importReport.extend({ items: z.array(importItem), next: z.number().nullable() }),
  },
  exportDocuments: {
    method: "GET",
    path: "/export",
    tag: "import",
    summary: "An application's documents in Spinnaker's JSON, in order; without one, what belongs to none",
    query: z.object({
      application: z.string().optional().describe("absent: what belongs to none, or the pipeline's application"),
      pipeline: z.string().optional().describe("id: only this pipeline"),
      as: exportedAs,
    }),
    response: z.object({ application: z.string().nullable(), items: z.array(exportedItem) }),
  },
  exportEverything: {
    method: "GET",
    path: "/export/everything",
    tag: "import",
    summary:
      "The documents of every application that the caller may read, then what belongs to none: one JSON object a line",
    query: z.object({ as: exportedAs }),
    text: true,
    response: z.string(),
  },
  getReadiness: {
    method: "GET",
    path: "/pipelines/:pipeline/readiness",
    tag: "import",
    summary: "What stands between a pipeline and its first run here",
    response: readinessReport,
  },
});
