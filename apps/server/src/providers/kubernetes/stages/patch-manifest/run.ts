import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { objects } from "@gennaker/pipeline-model/artifacts/resolve.ts";
import { patchManifestSchema } from "@gennaker/pipeline-model/stages/kubernetes.ts";
import { TaskError } from "../../../../engine/api.ts";
import type { TaskContext, TaskDefinition } from "../../../../engine/api.ts";
import { fieldsOf } from "../../../../traffic/stages/api.ts";
import { annotation } from "../../manifest/annotations.ts";
import { bindArtifacts } from "../../manifest/bind.ts";
import { isNative } from "../../manifest/kinds.ts";
import { operationOutputs } from "../../manifest/outputs.ts";
import { refuseUnbound } from "../../manifest/plan-deploy.ts";
import type { KubernetesStageDeps } from "../deps.ts";
import { changeTarget } from "../shared/change.ts";
import { byRule, onCluster, refOf } from "../shared/cluster-task.ts";
import { isResult, resolveSource } from "../shared/source.ts";

/** Reads the patch, from the stage or from an artifact, and the artifacts that may be bound in it. */
export function resolvePatch(deps: KubernetesStageDeps): TaskDefinition {
  return {
    name: "resolvePatchSourceManifest",
    async run(context) {
      const fields = fieldsOf(patchManifestSchema, context.stage);
      const { patchBody = null } = context.stage.context;
      // Files of Spinnaker 1.15 and 1.16 hold one object in place of a list.
      const body: Json = isJsonObject(patchBody) ? [patchBody] : patchBody;
      const found = await resolveSource(deps, context, fields, body);
      if (isResult(found)) return found;
      const outputs: JsonObject = {
        manifests: found.manifests,
        requiredArtifacts: found.required,
        allArtifacts: [...found.required, ...found.optional],
      };
      return { status: "SUCCEEDED", context: { ...outputs, ...found.context }, outputs };
    },
  };
}

/** Sends the patch. A strategic one of a custom kind is sent as a merge patch, which is all the server takes for them. */
export function patch(deps: KubernetesStageDeps): TaskDefinition {
  return changeTarget(deps, "patchManifest", async ({ account, target, words, context }) => {
    const { options = {} } = fieldsOf(patchManifestSchema, context.stage);
    const strategy = options.mergeStrategy ?? options.strategy ?? "strategic";
    const patches = objects(context.stage.context["manifests"]);
    const [first, ...others] = patches;
    if (first === undefined)
      throw new TaskError("manifest.noPatch", "The stage has no patch. Give it patchBody, or an artifact with one.");
    if (others.length > 0 && strategy !== "json")
      throw new TaskError(
        "manifest.patches",
        `The stage has ${patches.length} patches. With the strategy ${strategy} only one makes sense.`,
      );
    const { signal } = context;
    const required = objects(context.stage.context["requiredArtifacts"]);
    let bound: JsonObject[] = [];
    if (strategy === "json") {
      await deps.cluster.patch(account, refOf(target), patches, "json", { signal });
    } else {
      const binding = { account, namespace: target.namespace, kind: target.kind };
      const result = bindArtifacts(first, objects(context.stage.context["allArtifacts"]), binding);
      bound = result.bound;
      byRule(() => refuseUnbound(required, bound));
      const type = strategy === "strategic" && !isNative(target.kind) ? "merge" : strategy;
      await deps.cluster.patch(account, refOf(target), result.manifest, type, { signal });
    }
    if (options.record !== false) {
      const cause = { metadata: { annotations: { [annotation.changeCause]: changeCause(context) } } };
      await onCluster(`Recording the cause of the change of ${words}`, () =>
        deps.cluster.patch(account, refOf(target), cause, "merge", { signal }),
      );
    }
    const manifest = { kind: target.kind, metadata: { name: target.name, namespace: target.namespace } };
    const { artifacts: _none, ...outputs } = operationOutputs({
      manifests: [manifest],
      boundArtifacts: bound,
      createdArtifacts: [],
    });
    return outputs;
  });
}

/** What `kubectl rollout history` shows beside the revision. */
function changeCause({ execution, stage }: Pick<TaskContext, "execution" | "stage">): string {
  return `${stage.name} of ${execution.application}/${execution.name}, run ${execution.id}`;
}
