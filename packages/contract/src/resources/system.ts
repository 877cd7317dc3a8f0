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
