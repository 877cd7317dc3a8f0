import { rulesFor } from "@gennaker/pipeline-model/stages/registry.ts";
import type { StageType } from "../../../../engine/api.ts";
import { rawManifestFields } from "../deploy-manifest/stage.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { consumeArtifact } from "./consume-artifact.ts";
import { planJob, runJob } from "./run.ts";
import { deleteJob, waitForJob } from "./wait.ts";

/**
 * Runs a job to its end. `runJobManifest` is what Deck writes, `runJob` of the provider kubernetes what Orca runs it as.
 * Canceling deletes the job.
 */
export function runJobManifestStages(deps: KubernetesStageDeps): readonly StageType[] {
  return (["runJobManifest", "runJob:kubernetes"] as const).map((type): StageType => ({
    type,
    description: "Runs a job on a Kubernetes cluster",
    validate: rulesFor(type).validate,
    rawFields: rawManifestFields,
    tasks: ({ stage: { context } }) => [
      planJob(deps),
      runJob(deps),
      ...(String(context["waitForCompletion"] ?? "true").toLowerCase() === "false" ? [] : [waitForJob(deps)]),
      ...(context["expectedArtifacts"] === undefined ? [] : [deps.bindProducedArtifacts()]),
      ...(String(context["consumeArtifactSource"] ?? "").toLowerCase() === "artifact" ? [consumeArtifact(deps)] : []),
    ],
    cancel: (context) => deleteJob(deps, context),
  }));
}
