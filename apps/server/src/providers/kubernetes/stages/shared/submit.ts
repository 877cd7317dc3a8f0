import type { JsonObject } from "@gennaker/contract/json.ts";
import { TaskError } from "../../../../engine/api.ts";
import type { TaskContext, TaskResult } from "../../../../engine/api.ts";
import { kindOf } from "../../manifest/kinds.ts";
import { defines } from "../../manifest/made-before.ts";
import { fullNameOf } from "../../manifest/manifest.ts";
import { operationOutputs } from "../../manifest/outputs.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { isKubeReason, onCluster } from "./cluster-task.ts";
import { earlierIn, type StoredManifest, type StoredPlan } from "./plan.ts";
import { send, type Sent } from "./send.ts";

/**
 * Sends the manifests of a plan one after another. May be run again after a crash at any point: what is there already is left
 * as it is. While an old object goes away the answer is RUNNING.
 */
export async function submitPlan(
  { cluster }: Pick<KubernetesStageDeps, "cluster">,
  context: TaskContext,
  plan: StoredPlan,
): Promise<{ outputs: JsonObject; objects: JsonObject[] } | TaskResult> {
  const { account } = plan;
  const objects: JsonObject[] = [];
  for (const planned of plan.manifests) {
    if (!planned.selected) continue;
    const what = `Deploying ${fullNameOf(planned.manifest)} to ${account}`;
    const sent = await onCluster(what, () => sendOrWait(cluster, plan, planned, context), context);
    if ("waitsFor" in sent)
      return {
        status: "RUNNING",
        retryAfterMs: 1000,
        wakeOn: [`account:${account}`],
        waiting: { code: "manifest.waiting", message: sent.waitsFor },
      };
    objects.push(sent.object);
  }
  if (objects.length === 0 && plan.needsSelected)
    throw new TaskError(
      "manifest.nothingSelected",
      `The label selectors of the stage leave nothing to deploy to ${account}. Correct them, or set allowNothingSelected.`,
    );
  const created = plan.manifests.map(({ artifact }) => artifact);
  const result = { manifests: objects, boundArtifacts: plan.boundArtifacts, createdArtifacts: created };
  return { outputs: operationOutputs(result), objects };
}

/** So long a kind may take to be served once it is defined. */
const definitionMs = 60_000;

/** Sends one manifest; a custom resource waits for its definition of the same stage to be in force. */
async function sendOrWait(
  cluster: KubernetesStageDeps["cluster"],
  plan: StoredPlan,
  planned: StoredManifest,
  context: TaskContext,
): Promise<Sent> {
  try {
    return await send(cluster, plan.account, planned, context);
  } catch (error) {
    const { manifest } = planned;
    const defined = earlierIn(plan, planned).some((other) => defines(other, manifest));
    const waited = context.now().getTime() - Date.parse(context.task.startTime ?? "");
    if (!defined || !isKubeReason(error, "UnknownKind", "NotFound") || !(waited < definitionMs)) throw error;
    return { waitsFor: `Waits until the cluster serves ${kindOf(manifest)}` };
  }
}
