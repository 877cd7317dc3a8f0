import { count, filledText, list, maybe, object, percent, text } from "../fields.ts";
import { z } from "zod";
import { toNumber } from "../coerce.ts";

const port = z.preprocess(toNumber, z.int().min(1).max(65_535));
const milliseconds = z.preprocess(toNumber, z.int().min(1));

export const upsertLoadBalancerSchema = object({
  /** Absent: the stage's own name is the load balancer's. */
  loadBalancerName: maybe(filledText),
  port,
  application: maybe(text),
  account: maybe(text),
  credentials: maybe(text),
  region: maybe(text),
  cloudProvider: maybe(text),
  healthCheck: maybe(
    object({
      path: maybe(text),
      intervalMs: maybe(milliseconds),
      timeoutMs: maybe(milliseconds),
      healthy: maybe(count),
      unhealthy: maybe(count),
    }),
  ),
});

export const shiftTrafficSchema = object({
  loadBalancer: filledText,
  account: maybe(text),
  credentials: maybe(text),
  region: maybe(text),
  cloudProvider: maybe(text),
  weights: list(object({ target: maybe(text), serverGroup: maybe(text), cluster: maybe(text), percent })),
  verifySeconds: maybe(count),
});
