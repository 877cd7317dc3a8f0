import { z } from "zod";
import { time } from "./common.ts";

export const instance = z.object({
  id: z.string(),
  zone: z.string(),
  state: z.enum(["starting", "up", "down", "outOfService", "stopping", "stopped", "unknown"]),
  reason: z.string(),
  address: z.string().nullable(),
  port: z.number().nullable(),
  startedAt: time.nullable(),
  restarts: z.number(),
  details: z.record(z.string(), z.unknown()),
});
export type Instance = z.infer<typeof instance>;

export const serverGroup = z.object({
  account: z.string(),
  region: z.string(),
  name: z.string(),
  cloudProvider: z.string(),
  application: z.string(),
  cluster: z.string(),
  stack: z.string(),
  detail: z.string(),
  sequence: z.number(),
  createdAt: time,
  disabled: z.boolean(),
  capacity: z.object({ min: z.number(), max: z.number(), desired: z.number() }),
  instances: z.array(instance),
  loadBalancers: z.array(z.string()),
  zones: z.array(z.string()),
  artifact: z.object({ type: z.string(), reference: z.string(), digest: z.string(), version: z.string().nullable() }),
  health: z.object({
    status: z.enum(["stable", "progressing", "paused", "failed"]),
    code: z.string(),
    reason: z.string(),
  }),
  canaryRole: z.enum(["baseline", "canary"]).nullable(),
  /** Share of each load balancer's traffic: requested (what the router was told) and measured, in percent. */
  traffic: z.array(
    z.object({ loadBalancer: z.string(), requestedPercent: z.number(), measuredPercent: z.number().nullable() }),
  ),
});
export type ServerGroup = z.infer<typeof serverGroup>;

export const cluster = z.object({
  name: z.string(),
  account: z.string(),
  cloudProvider: z.string(),
  application: z.string(),
  serverGroups: z.array(serverGroup),
});
export type Cluster = z.infer<typeof cluster>;

export const trafficTarget = z.object({
  serverGroup: z.string(),
  cluster: z.string(),
  disabled: z.boolean(),
  pinnedPercent: z.number().nullable(),
  requestedPercent: z.number(),
  measuredPercent: z.number().nullable(),
  healthyInstances: z.number(),
  totalInstances: z.number(),
});

export const loadBalancer = z.object({
  account: z.string(),
  region: z.string(),
  name: z.string(),
  application: z.string(),
  port: z.number(),
  healthCheck: z.object({
    path: z.string(),
    intervalMs: z.number(),
    timeoutMs: z.number(),
    healthy: z.number(),
    unhealthy: z.number(),
  }),
  targets: z.array(trafficTarget),
  generation: z.number(),
  generationInForce: z.number().nullable(),
  state: z.enum(["up", "down"]),
  reason: z.string(),
  requestsPerSecond: z.number().nullable(),
});
export type LoadBalancer = z.infer<typeof loadBalancer>;

export const account = z.object({
  name: z.string(),
  cloudProvider: z.string(),
  regions: z.array(z.object({ name: z.string(), zones: z.array(z.string()) })),
  reachable: z.boolean(),
  reason: z.string(),
});
export type Account = z.infer<typeof account>;
