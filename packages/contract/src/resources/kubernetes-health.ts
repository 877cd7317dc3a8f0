import { z } from "zod";

const sign = z.object({
  code: z.string().describe("area.what, e.g. image.pull"),
  message: z.string(),
  object: z.object({ kind: z.string(), name: z.string(), namespace: z.string().optional() }),
  fatal: z.boolean(),
});

/** Which rule said it: whose, and its name. */
const decidedBy = z.object({
  source: z.enum(["user", "deletion", "generation", "kind", "check", "conventions", "spinnaker", "argocd", "kstatus"]),
  rule: z.string().describe("the kind, or the number of a user's rule"),
});
export type KubernetesDecidedBy = z.infer<typeof decidedBy>;

export const kubernetesHealth = z.object({
  state: z.enum(["stable", "progressing", "failed", "paused", "unknown"]),
  message: z.string(),
  signs: z.array(sign),
  decidedBy: decidedBy.optional(),
});
export type KubernetesHealth = z.infer<typeof kubernetesHealth>;
