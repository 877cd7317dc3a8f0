import { z } from "zod";
import { time } from "./common.ts";

export const system = z.object({
  version: z.string(),
  startedAt: time,
  roles: z.array(z.string()),
  replica: z.string(),
  database: z.object({ embedded: z.boolean(), reachable: z.boolean() }),
  /** False: anybody who reaches the port may do anything, so only loopback is served. */
  authentication: z.boolean(),
  timezone: z.string(),
});
export type System = z.infer<typeof system>;

export const auditEntry = z.object({
  id: z.number(),
  time,
  actor: z.string(),
  via: z.string(),
  action: z.string(),
  resource: z.string(),
  application: z.string().nullable(),
  reason: z.string().nullable(),
  /** The request's id, as in its answer when it failed and in the server's log. */
  requestId: z.string().nullable().optional(),
  onBehalfOf: z.string().nullable().optional(),
  address: z.string().nullable().optional(),
  userAgent: z.string().nullable().optional(),
  before: z.unknown(),
  after: z.unknown(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

/** What `/api/v1/events` sends: `id:` is the cursor, `data:` this object. */
export const liveEvent = z.object({
  type: z.string(),
  application: z.string().nullable(),
  subject: z.string(),
  time,
  data: z.record(z.string(), z.unknown()),
});
export type LiveEvent = z.infer<typeof liveEvent>;

export const stageTypeInfo = z.object({ type: z.string(), description: z.string() });
