import { z } from "zod";

const rule = z.strictObject({
  /** CEL over `object`, `metadata`, `spec` and `status`. */
  when: z.string().min(1),
  status: z.enum(["stable", "progressing", "failed", "paused"]),
  message: z.string().default(""),
});

const kindRules = z.strictObject({
  /** Empty: the core group. */
  group: z.string().default(""),
  kind: z.string().min(1),
  rules: z.array(rule).min(1),
});

/**
 * How health is told: by whose rules, and one's own before them. The section `kubernetes.health`, an account's `health`,
 * and an application's attribute `kubernetesHealth`; the narrower goes first.
 */
export const healthSettings = z.strictObject({
  mode: z.enum(["gennaker", "spinnaker", "argocd", "kstatus"]).optional(),
  rules: z.array(kindRules).default([]),
});

export type HealthSettings = z.output<typeof healthSettings>;
