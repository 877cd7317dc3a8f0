import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { annotationsOf, childOf, templateMetadataOf } from "./manifest.ts";

export const annotation = {
  application: "moniker.spinnaker.io/application",
  cluster: "moniker.spinnaker.io/cluster",
  stack: "moniker.spinnaker.io/stack",
  detail: "moniker.spinnaker.io/detail",
  sequence: "moniker.spinnaker.io/sequence",
  artifactType: "artifact.spinnaker.io/type",
  artifactName: "artifact.spinnaker.io/name",
  artifactLocation: "artifact.spinnaker.io/location",
  artifactVersion: "artifact.spinnaker.io/version",
  loadBalancers: "traffic.spinnaker.io/load-balancers",
  jobLogs: "job.spinnaker.io/logs",
  /** Ours: the cluster of a `deploy` stage that an object was made from. */
  launch: "gennaker.dev/launch",
  versioned: "strategy.spinnaker.io/versioned",
  maxVersionHistory: "strategy.spinnaker.io/max-version-history",
  useSourceCapacity: "strategy.spinnaker.io/use-source-capacity",
  recreate: "strategy.spinnaker.io/recreate",
  replace: "strategy.spinnaker.io/replace",
  serverSideApply: "strategy.spinnaker.io/server-side-apply",
  lastApplied: "kubectl.kubernetes.io/last-applied-configuration",
  deploymentRevision: "deployment.kubernetes.io/revision",
  changeCause: "kubernetes.io/change-cause",
  restartedAt: "kubectl.kubernetes.io/restartedAt",
} as const;

/** A text annotation. Old versions of Spinnaker wrote texts as JSON: quotes around them are taken off. */
export function textAnnotation(annotations: Record<string, string>, key: string): string | null {
  const value = annotations[key];
  if (value === undefined) return null;
  if (value.length < 2 || !value.startsWith('"') || !value.endsWith('"')) return value;
  const parsed = parseJson(value);
  return typeof parsed === "string" ? parsed : null;
}

/** "true" in any case, as Java reads flags. */
export function flagAnnotation(annotations: Record<string, string>, key: string): boolean {
  return annotations[key]?.toLowerCase() === "true";
}

/** The load balancers an object is behind, `["service web"]`; empty when none or unreadable. */
export function loadBalancersOf(manifest: JsonObject): string[] {
  const parsed = parseJson(annotationsOf(manifest)[annotation.loadBalancers] ?? "");
  return Array.isArray(parsed) ? parsed.filter((item): item is string => typeof item === "string") : [];
}

/** The manifest that `kubectl apply` was last given; null when there is none or it is unreadable. */
export function lastAppliedOf(manifest: JsonObject): JsonObject | null {
  const parsed = parseJson(annotationsOf(manifest)[annotation.lastApplied] ?? "");
  return isJsonObject(parsed) ? parsed : null;
}

/**
 * Writes annotations into a manifest and, where it has template metadata, into its template. What is there is never
 * overwritten; null is not written; numbers are written as text.
 */
export function annotate(manifest: JsonObject, values: Readonly<Record<string, string | number | null>>): void {
  const metadata = templateMetadataOf(manifest);
  const targets = [childOf(childOf(manifest, "metadata"), "annotations")];
  if (metadata !== null) targets.push(childOf(metadata, "annotations"));
  for (const target of targets) {
    for (const [key, value] of Object.entries(values)) {
      if (value !== null && !Object.hasOwn(target, key)) target[key] = String(value);
    }
  }
}

export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
