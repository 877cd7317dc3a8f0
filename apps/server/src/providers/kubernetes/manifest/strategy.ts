import type { JsonObject } from "@gennaker/contract/json.ts";
import { annotation, flagAnnotation } from "./annotations.ts";
import { annotationsOf, childOf } from "./manifest.ts";

/** How a manifest is sent. `apply` is what `kubectl apply` does; the order of precedence is recreate, replace, server-side. */
export type DeployMode = "recreate" | "replace" | "serverSideApply" | "apply";

export type Strategy = {
  mode: DeployMode;
  /** Server-side apply takes fields over from other managers. */
  forceConflicts: boolean;
  /** What the annotation says; null: it says nothing. */
  versioned: boolean | null;
  maxVersionHistory: number | null;
  useSourceCapacity: boolean;
};

/** Reads the annotations `strategy.spinnaker.io/…`. */
export function strategyOf(manifest: JsonObject): Strategy {
  const annotations = annotationsOf(manifest);
  const sideApply = annotations[annotation.serverSideApply];
  const forceConflicts = sideApply === "force-conflicts";
  const history = annotations[annotation.maxVersionHistory] ?? "";
  return {
    mode: flagAnnotation(annotations, annotation.recreate)
      ? "recreate"
      : flagAnnotation(annotations, annotation.replace)
        ? "replace"
        : forceConflicts || sideApply?.toLowerCase() === "true"
          ? "serverSideApply"
          : "apply",
    forceConflicts,
    versioned: Object.hasOwn(annotations, annotation.versioned)
      ? flagAnnotation(annotations, annotation.versioned)
      : null,
    maxVersionHistory: /^[-+]?\d{1,9}$/.test(history) ? Number(history) : null,
    useSourceCapacity: flagAnnotation(annotations, annotation.useSourceCapacity),
  };
}

/** Makes the manifest say one way of deploying and no other. */
export function setDeployMode(manifest: JsonObject, mode: DeployMode): void {
  const annotations = childOf(childOf(manifest, "metadata"), "annotations");
  const keys = {
    recreate: annotation.recreate,
    replace: annotation.replace,
    serverSideApply: annotation.serverSideApply,
  };
  for (const key of Object.values(keys)) delete annotations[key];
  if (mode !== "apply") annotations[keys[mode]] = "true";
}
