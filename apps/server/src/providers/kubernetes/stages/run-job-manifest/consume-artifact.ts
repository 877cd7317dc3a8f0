import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { runJobManifestSchema } from "@gennaker/pipeline-model/stages/kubernetes.ts";
import { inputArtifact } from "../../../../deliver/artifacts/api.ts";
import { TaskError } from "../../../../engine/api.ts";
import type { TaskDefinition } from "../../../../engine/api.ts";
import { fieldsOf } from "../../../../traffic/stages/api.ts";
import { parseJson } from "../../manifest/annotations.ts";
import type { KubernetesStageDeps } from "../deps.ts";

/** Reads a JSON object from an artifact that the job made; its fields become outputs, null left out. */
export function consumeArtifact({ artifacts }: Pick<KubernetesStageDeps, "artifacts">): TaskDefinition {
  return {
    name: "consumeArtifact",
    gathers: true,
    async run({ execution, stage, signal }) {
      const { consumeArtifactId: id = "", consumeArtifactAccount: account } = fieldsOf(runJobManifestSchema, stage);
      const found = inputArtifact(execution, stage, { id, ...(account === undefined ? {} : { account }) });
      if (found === null)
        throw new TaskError(
          "artifact.unbound",
          `No artifact is bound to "${id}", which the stage is to read its results from.`,
        );
      const parsed = parseJson(await artifacts.text(found, { signal, executionId: execution.id }));
      if (!isJsonObject(parsed ?? null))
        throw new TaskError(
          "artifact.notJson",
          `The artifact "${id}" that the stage reads its results from is no JSON object.`,
        );
      const entries = Object.entries(parsed as JsonObject).filter(([, value]) => value !== null);
      return { status: "SUCCEEDED", outputs: Object.fromEntries(entries) };
    },
  };
}
