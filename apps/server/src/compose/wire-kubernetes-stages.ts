import { join } from "node:path";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { Artifacts } from "../deliver/artifacts/api.ts";
import { bindProducedArtifacts } from "../deliver/stages/artifacts/bind-produced.ts";
import { evaluateFields, evaluateInOrder, summaryOf } from "../deliver/stages/expressions/evaluate-in-order.ts";
import type { StageType } from "../engine/api.ts";
import type { Config } from "../platform/config/config.ts";
import type { KubernetesStageDeps } from "../providers/kubernetes/stages/deps.ts";
import { createBakePrograms } from "../providers/kubernetes/stages/bake-manifest/programs.ts";
import { noCluster } from "../providers/kubernetes/stages/no-cluster.ts";
import { createKubernetesStages } from "../providers/kubernetes/stages/registry.ts";
import type { Providers } from "./wire-providers.ts";
import type { HeavyWork } from "./wire-workers.ts";

/** The stages of Kubernetes. They are known without an account too, so that pipelines can be checked and say what is missing. */
export function wireKubernetesStages(
  config: Pick<Config, "data">,
  { kubernetes }: Pick<Providers, "kubernetes">,
  artifacts: Artifacts,
  { readManifests }: Pick<HeavyWork, "readManifests">,
): readonly StageType[] {
  return createKubernetesStages({
    cluster: kubernetes?.cluster ?? noCluster(),
    artifacts,
    evaluate,
    readManifests,
    bindProducedArtifacts,
    bake: createBakePrograms({ directory: join(config.data, "bakes"), path: process.env["PATH"] ?? "" }),
  });
}

/** An expression that fails keeps its raw text; it ends the stage only where the stage says so. */
const evaluate: KubernetesStageDeps["evaluate"] = async (context, fields) => {
  const { values, errors } = await evaluateInOrder(context, [{ name: "", value: "", extra: fields }]);
  const { context: summary, failure } = summaryOf(errors, context);
  const whole = values[0]?.extra ?? null;
  // Evaluated in order a failure leaves everything raw; evaluated as fields it leaves the one expression.
  const kept =
    errors.length === 0 && isJsonObject(whole) ? whole : evaluateFields(context, fields, context.stage.context);
  return { fields: kept, context: summary, failure };
};
