import { z } from "zod";
import { defineRoutes } from "../route.ts";
import { time } from "./common.ts";

export const auditOutcomes = ["done", "denied", "failed"] as const;

export const auditEntry = z.object({
  id: z.number(),
  time,
  actor: z.string(),
  onBehalfOf: z.string().nullable(),
  via: z.string(),
  /** With what the actor showed who asks: `token/ID`, `session/ID` … Null for those who may not read the whole audit. */
  credential: z.string().nullable(),
  /** The request's id, as in its answer when it failed and in the server's log. */
  requestId: z.string().nullable(),
  /** Null for those who may not read the whole audit. */
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
  action: z.string(),
  resource: z.string(),
  application: z.string().nullable(),
  outcome: z.enum(auditOutcomes),
  count: z.number().describe("how many alike this entry stands for"),
  reason: z.string().nullable(),
  before: z.unknown(),
  after: z.unknown(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

const ends = { seq: z.number(), hash: z.string() };
const finding = z.object({
  kind: z.enum(["changed", "removed", "inserted", "reordered", "broken", "truncated"]),
  seq: z.number().nullable(),
  id: z.number().nullable(),
  text: z.string(),
});

export const auditVerification = z.object({
  intact: z.boolean(),
  checked: z.number().describe("sealed entries that were read"),
  waiting: z.number().describe("entries that wait for their seal"),
  start: z.object(ends),
  head: z.object(ends),
  findings: z.array(finding),
});
export type AuditVerification = z.infer<typeof auditVerification>;

export const auditState = z.object({
  /** The newest seal. Keep it elsewhere: `gennaker audit verify --head SEQ:HASH` then finds a chain that was made anew. */
  head: z.object(ends),
  waiting: z.number(),
  /** After what the chain begins, where retention has removed older entries. */
  checkpoint: z.object({ ...ends, removed: z.number(), time }).nullable(),
  keepDays: z.number().describe("0: everything is kept"),
  sinks: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      seq: z.number().describe("the newest seal it was told"),
      behind: z.number(),
      error: z.string().nullable(),
      failingSince: time.nullable(),
    }),
  ),
});
export type AuditState = z.infer<typeof auditState>;

const filter = {
  application: z.string().optional().describe("only of this application"),
  resource: z.string().optional().describe("only about this, e.g. application/shop; pipeline/* for all of a kind"),
  actor: z.string().optional().describe("only by this person, token owner or trigger, or on their behalf"),
  action: z.string().optional().describe("only this, e.g. pipeline.update; pipeline.* for all of a kind"),
  outcome: z.enum(auditOutcomes).optional().describe("how it ended"),
  via: z.string().optional().describe("api, gate, engine, trigger or system"),
  from: z.iso.datetime({ offset: true }).optional().describe("not before this time"),
  to: z.iso.datetime({ offset: true }).optional().describe("before this time"),
  text: z.string().min(1).max(200).optional().describe("with this text in a name, the reason, before or after"),
};
export type AuditFilter = z.infer<z.ZodObject<typeof filter>>;

export const auditRoutes = defineRoutes({
  listAudit: {
    method: "GET",
    path: "/audit",
    tag: "audit",
    summary: "Who did what, newest first",
    query: z.object({
      ...filter,
      before: z.coerce.number().int().min(0).optional().describe("an entry's id: only older ones"),
      limit: z.coerce.number().int().min(1).max(500).optional().describe("at most this many (1–500)"),
    }),
    response: z.array(auditEntry),
  },
  exportAudit: {
    method: "GET",
    path: "/audit/export",
    tag: "audit",
    summary: "The sealed entries as JSON lines, oldest first, with their seals",
    query: z.object({
      ...filter,
      after: z.coerce.number().int().min(0).optional().describe("a seal's number: only later ones"),
    }),
    text: true,
    response: z.string(),
  },
  verifyAudit: {
    method: "GET",
    path: "/audit/verify",
    tag: "audit",
    summary: "Look for entries that were changed, removed, inserted or moved",
    query: z.object({ head: z.string().optional().describe("SEQ:HASH that was kept elsewhere; several with commas") }),
    response: auditVerification,
  },
  getAuditState: {
    method: "GET",
    path: "/audit/state",
    tag: "audit",
    summary: "The newest seal, what is kept, and how far other places were told",
    response: auditState,
  },
});
