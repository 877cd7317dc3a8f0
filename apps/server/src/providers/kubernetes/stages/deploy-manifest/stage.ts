import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { deployManifestSchema } from "@gennaker/pipeline-model/stages/kubernetes.ts";
import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import { readFields } from "@gennaker/pipeline-model/check-fields.ts";
import type { PlanInput, StageType, SyntheticStage } from "../../../../engine/api.ts";
import { cleanupArtifacts } from "../cleanup-artifacts/run.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { planKey } from "../shared/plan.ts";
import { waitForStable } from "../shared/stable.ts";
import { findOldManifests, oldManifestsKey } from "./old-manifests.ts";
import { deploy, plan, resolve } from "./run.ts";

/** Deploys manifests: bound, versioned, in order, waited for; then takes older versions out of traffic as the strategy says. */
export function deployManifestStage(deps: KubernetesStageDeps): StageType {
  return {
    type: "deployManifest",
    description: "Deploys manifests to a Kubernetes cluster",
    validate: rulesFor("deployManifest").validate,
    rawFields: rawManifestFields,
    tasks: ({ stage }) => {
      const fields = readFields(deployManifestSchema, stage.context);
      const minutes = fields.ok ? fields.value.stableManifestTimeoutMinutes : undefined;
      return [
        resolve(deps),
        plan(deps),
        deploy(deps),
        waitForStable(deps, minutes !== undefined && minutes > 0 ? minutes : 30),
        cleanupArtifacts(deps),
        findOldManifests(deps),
        deps.bindProducedArtifacts(),
      ];
    },
    after: oldManifestStages,
  };
}

/** Fields that the stage evaluates itself, or that hold manifests already evaluated. */
export const rawManifestFields: readonly string[] = [
  "manifests",
  "manifest",
  "outputs.manifests",
  "optionalArtifacts",
  planKey,
];

/** One stage for each object that has to go, one after another. */
function oldManifestStages({ stage }: PlanInput): readonly SyntheticStage[] {
  const old: Json = stage.context[oldManifestsKey] ?? [];
  if (!Array.isArray(old)) return [];
  return old.filter(isJsonObject).map(({ action, ...context }): SyntheticStage => {
    const disables = action === "disableManifest";
    return {
      type: disables ? "disableManifest" : "deleteManifest",
      name: `${disables ? "Disable" : "Delete"} ${String(context["manifestName"])}`,
      context: context as JsonObject,
    };
  });
}
