import { z } from "zod";
import { time } from "./common.ts";

/** 1–250 characters, case-insensitive, kept in lower case. */
export const applicationName = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,250}$/, "letters, digits, dots, dashes and underscores only, 1 to 250 of them");

export const trafficGuard = z.object({
  account: z.string(),
  location: z.string(),
  stack: z.string(),
  detail: z.string(),
  enabled: z.boolean().default(true),
});
export type TrafficGuard = z.infer<typeof trafficGuard>;

export const applicationInput = z.looseObject({
  email: z.string().optional(),
  description: z.string().optional(),
  cloudProviders: z.array(z.string()).optional(),
  trafficGuards: z.array(trafficGuard).optional(),
});
export type ApplicationInput = z.infer<typeof applicationInput>;

export const application = z.object({
  name: z.string(),
  email: z.string().nullable(),
  description: z.string().nullable(),
  cloudProviders: z.array(z.string()),
  trafficGuards: z.array(trafficGuard),
  createdAt: time,
  updatedAt: time,
  lastModifiedBy: z.string(),
  attributes: z.record(z.string(), z.unknown()),
  summary: z.object({
    pipelines: z.number(),
    runningExecutions: z.number(),
    serverGroups: z.number(),
    instancesUp: z.number(),
    instancesTotal: z.number(),
    lastExecution: z.object({ id: z.string(), name: z.string(), status: z.string(), buildTime: time }).nullable(),
  }),
});
export type Application = z.infer<typeof application>;
