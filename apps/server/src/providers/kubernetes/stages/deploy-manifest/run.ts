import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { deployManifestSchema } from "@gennaker/pipeline-model/stages/kubernetes.ts";
import { objects } from "@gennaker/pipeline-model/artifacts/resolve.ts";
import { TaskError } from "../../../../engine/api.ts";
import type { StageView, TaskDefinition } from "../../../../engine/api.ts";
import { fieldsOf } from "../../../../traffic/stages/api.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { accountOf } from "../shared/cluster-task.ts";
import { withoutSecrets } from "../../manifest/outputs.ts";
import { makePlan, planAsJson, planKey, storedPlan } from "../shared/plan.ts";
import { readWarnings } from "../../operations/read-warnings.ts";
import { isResult, resolveSource } from "../shared/source.ts";
import { nothingWaitedFor } from "../shared/stable.ts";
import { submitPlan } from "../shared/submit.ts";
import { deployRequest } from "./request.ts";

type Deps = Pick<KubernetesStageDeps, "cluster" | "artifacts" | "evaluate" | "readManifests" | "managedBySuffix">;

/** Outputs are kept only in the context where the stage says that it has none. */
export function outputsUnlessSilent(
  stage: StageView,
  outputs: JsonObject,
): { context: JsonObject; outputs?: JsonObject } {
  const silent = String(stage.context["noOutput"] ?? "").toLowerCase() === "true";
  return silent ? { context: outputs } : { context: outputs, outputs };
}

/** Reads the manifests and the artifacts that may be bound in them. */
export function resolve(deps: Deps): TaskDefinition {
  return {
    name: "resolveDeploySourceManifest",
    async run(context) {
      const fields = fieldsOf(deployManifestSchema, context.stage);
      const { manifests = null, manifest = null } = context.stage.context;
      const text: Json = Array.isArray(manifests) && manifests.length > 0 ? manifests : manifest;
      const found = await resolveSource(deps, context, fields, text);
      if (isResult(found)) return found;
      if (found.manifests.length === 0)
        throw new TaskError("manifest.none", "The stage has no manifests to deploy: the list is empty.");
      const resolved: JsonObject = {
        manifests: found.manifests,
        requiredArtifacts: found.required,
        optionalArtifacts: found.optional,
      };
      const shown = { ...resolved, manifests: found.manifests.map(withoutSecrets) };
      const given = outputsUnlessSilent(context.stage, shown);
      return { status: "SUCCEEDED", ...given, context: { ...resolved, ...found.context } };
    },
  };
}

/** Decides names, versions, bindings and traffic, once. */
export function plan(deps: Deps): TaskDefinition {
  return {
    name: "planDeployManifest",
    async run(context) {
      const { stage, execution } = context;
      const fields = fieldsOf(deployManifestSchema, stage);
      const account = accountOf(deps.cluster, stage);
      const request = deployRequest(fields, {
        account,
        application: execution.application,
        manifests: objects(stage.context["manifests"]),
        required: objects(stage.context["requiredArtifacts"]),
        optional: objects(stage.context["optionalArtifacts"]),
        managedBySuffix: deps.managedBySuffix,
      });
      const made = await makePlan(deps, context, request, {
        namespaceOverride: fields.namespaceOverride ?? "",
        needsSelected: request.selectors.length > 0 && fields.allowNothingSelected !== true,
      });
      const sent = made.manifests.filter(({ selected }) => selected).map(({ manifest }) => manifest);
      const found = await readWarnings(deps.cluster, account, sent, context);
      const warnings = outputsUnlessSilent(stage, found.length === 0 ? {} : { "outputs.warnings": found });
      const noted = { ...warnings.context, [planKey]: planAsJson(made), ...nothingWaitedFor };
      return { status: "SUCCEEDED", ...warnings, context: noted };
    },
  };
}

/** Sends what was planned. */
export function deploy(deps: Pick<Deps, "cluster">): TaskDefinition {
  return {
    name: "deployManifest",
    async run(context) {
      const stored = storedPlan(context.stage);
      const sent = await submitPlan(deps, context, stored);
      if ("status" in sent) return sent;
      // Sent is sent: the plan holds the contents of secrets and is not needed any more.
      const done = { "deploy.account.name": stored.account, [planKey]: null };
      const given = outputsUnlessSilent(context.stage, sent.outputs);
      return { status: "SUCCEEDED", ...given, context: { ...given.context, ...done } };
    },
  };
}
