import type { JsonObject } from "@gennaker/contract/json.ts";
import { childOf, templateMetadataOf } from "./manifest.ts";
import type { Moniker } from "./moniker.ts";

const label = {
  name: "app.kubernetes.io/name",
  managedBy: "app.kubernetes.io/managed-by",
  sequence: "moniker.spinnaker.io/sequence",
} as const;

export type LabelOptions = {
  /** Added to `spinnaker` in the managed-by label: `spinnaker-suffix`. */
  managedBySuffix?: string;
  /** Leaves the labels of the pod template as they are. */
  skipTemplate?: boolean;
};

/** Labels a manifest and its template: the name where there is none; who manages it and the sequence in any case. */
export function labelManifest(manifest: JsonObject, moniker: Moniker, options: LabelOptions = {}): void {
  const metadata = options.skipTemplate === true ? null : templateMetadataOf(manifest);
  const targets = [childOf(childOf(manifest, "metadata"), "labels")];
  if (metadata !== null) targets.push(childOf(metadata, "labels"));
  const suffix = options.managedBySuffix ?? "";
  for (const target of targets) {
    if (moniker.app !== null && !Object.hasOwn(target, label.name)) target[label.name] = moniker.app;
    target[label.managedBy] = suffix === "" ? "spinnaker" : `spinnaker-${suffix}`;
    if (moniker.sequence !== null) target[label.sequence] = String(moniker.sequence);
  }
}
