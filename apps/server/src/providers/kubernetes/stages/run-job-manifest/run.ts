import type { Json } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { runJobManifestSchema } from "@gennaker/pipeline-model/stages/kubernetes.ts";
import { TaskError } from "../../../../engine/api.ts";
import type { TaskDefinition } from "../../../../engine/api.ts";
import { fieldsOf } from "../../../../traffic/stages/api.ts";
import { outputsUnlessSilent } from "../deploy-manifest/run.ts";
import { kindOf } from "../../manifest/kinds.ts";
import { childOf, fullNameOf } from "../../manifest/manifest.ts";
import { noMoniker } from "../../manifest/moniker.ts";
import { namesByNamespace } from "../../manifest/outputs.ts";
import { setDeployMode } from "../../manifest/strategy.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { accountOf } from "../shared/cluster-task.ts";
import { makePlan, planAsJson, planKey, storedPlan } from "../shared/plan.ts";
import { isResult, resolveSource } from "../shared/source.ts";
import { submitPlan } from "../shared/submit.ts";

type Deps = Pick<KubernetesStageDeps, "cluster" | "artifacts" | "evaluate" | "readManifests" | "managedBySuffix">;

/** Reads the job and decides its name, bindings and labels, once. A job of a fixed name is always made anew. */
export function planJob(deps: Deps): TaskDefinition {
  return {
    name: "planJob",
    async run(context) {
      const { stage, execution } = context;
      const fields = fieldsOf(runJobManifestSchema, stage);
      const { manifest = null, manifests = null } = stage.context;
      const text: Json = isJsonObject(manifest) ? [manifest] : manifests;
      const found = await resolveSource(
        deps,
        context,
        { ...fields, source: fields.source ?? (text === null ? "artifact" : "text") },
        text,
      );
      if (isResult(found)) return found;
      const [given, ...others] = found.manifests;
      if (given === undefined || others.length > 0)
        throw new TaskError(
          "job.count",
          `The stage runs one job, and it was given ${found.manifests.length} manifests.`,
        );
      if (kindOf(given) !== "job")
        throw new TaskError(
          "job.kind",
          `The stage runs jobs, and it was given ${fullNameOf(given) || "a manifest without a kind"}.`,
        );
      const job = structuredClone(given);
      const namespace = fields.namespace ?? "";
      if (namespace.trim() !== "") childOf(job, "metadata")["namespace"] = namespace;
      setDeployMode(job, "recreate");
      const plan = await makePlan(
        deps,
        context,
        {
          account: accountOf(deps.cluster, stage),
          manifests: [job],
          moniker: { ...noMoniker, app: fields.application || fields.moniker?.app || execution.application },
          versioned: null,
          bindArtifacts: true,
          required: found.required,
          optional: found.optional,
          services: [],
          enableTraffic: true,
          blueGreen: false,
          selectors: [],
          skipTemplateLabels: false,
          ...(deps.managedBySuffix === undefined ? {} : { managedBySuffix: deps.managedBySuffix }),
        },
        { namespaceOverride: "", needsSelected: false },
      );
      return { status: "SUCCEEDED", context: { [planKey]: planAsJson(plan), ...found.context } };
    },
  };
}

/** Starts the job. Its place and name are in `deploy.jobs`. */
export function runJob(deps: Deps): TaskDefinition {
  return {
    name: "runJob",
    async run(context) {
      const plan = storedPlan(context.stage);
      const sent = await submitPlan(deps, context, plan);
      if ("status" in sent) return sent;
      const given = outputsUnlessSilent(context.stage, sent.outputs);
      const jobs = {
        "deploy.account.name": plan.account,
        "deploy.jobs": namesByNamespace(sent.objects),
        [planKey]: null,
      };
      return { status: "SUCCEEDED", ...given, context: { ...given.context, ...jobs } };
    },
  };
}
