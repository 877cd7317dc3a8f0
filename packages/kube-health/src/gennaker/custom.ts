import { customHealth } from "../argocd/custom.ts";
import type { ArgocdStatus } from "../argocd/result.ts";
import { textAt } from "../json.ts";
import { reference } from "./related.ts";
import { verdictOf } from "./types.ts";
import type { State, Verdict } from "./types.ts";

/** Argo CD's words in ours. */
export const argocdStates: Readonly<Record<ArgocdStatus, State>> = {
  Healthy: "stable",
  Progressing: "progressing",
  Degraded: "failed",
  Suspended: "paused",
  Missing: "failed",
  Unknown: "unknown",
};

/** A custom resource by its operator's check; null where there is none. */
export function operatorCheck(manifest: unknown): Verdict | null {
  const known = customHealth(manifest);
  if (known === null) return null;
  const state = argocdStates[known.status];
  const message = known.message || `${textAt(manifest, "kind")}: ${known.status.toLowerCase()}`;
  const sign = { code: "resource.failed", message, object: reference(manifest), fatal: true };
  return verdictOf(state, message, state === "failed" ? [sign] : []);
}
