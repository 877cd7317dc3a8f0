import { z } from "zod";
import type { Purpose } from "./api.ts";
import { purposes } from "./api.ts";
import type { Policy } from "./policy.ts";
import { parseRule } from "./policy.ts";

const rule = z.string().transform((text, context) => {
  try {
    return parseRule(text);
  } catch (error) {
    context.addIssue((error as Error).message);
    return z.NEVER;
  }
});
const lists = z.strictObject({
  only: z.array(rule).default([]),
  deny: z.array(rule).default([]),
  allow: z.array(rule).default([]),
});
const proxyUrl = z.string().regex(/^https?:\/\//, "expected http://… or https://…");

/** The section `outgoing` of `gennaker.yaml`; see the README beside this file. */
export const outgoingSchema = z.strictObject({
  proxy: z
    .union([
      z.enum(["environment", "none"]),
      z.strictObject({ http: proxyUrl.optional(), https: proxyUrl.optional(), no: z.array(z.string()).default([]) }),
    ])
    .default("environment"),
  /** Files with certificates in PEM that are trusted beside the system's. */
  ca: z.array(z.string().min(1)).default([]),
  clientCertificates: z
    .record(
      z.string(),
      z.strictObject({
        cert: z.string().min(1),
        key: z.string().min(1),
        /** It is shown to these hosts without being asked for by name. */
        hosts: z.array(rule).default([]),
      }),
    )
    .default({}),
  policies: z.partialRecord(z.enum(["default", ...purposes]), lists).default({}),
});

export type OutgoingSettings = z.output<typeof outgoingSchema>;

/** A purpose's lists together with the default ones; `local`: whether loopback and private addresses are called. */
export function policyFor(settings: OutgoingSettings, purpose: Purpose, local: boolean): Policy {
  const common = settings.policies.default;
  const own = settings.policies[purpose];
  return {
    only: own !== undefined && own.only.length > 0 ? own.only : (common?.only ?? []),
    deny: [...(common?.deny ?? []), ...(own?.deny ?? [])],
    allow: [...(common?.allow ?? []), ...(own?.allow ?? [])],
    local,
  };
}
