import { GennakerError } from "@gennaker/contract/errors.ts";
import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { readFields } from "@gennaker/pipeline-model/check-fields.ts";
import { deployManifestSchema } from "@gennaker/pipeline-model/stages/kubernetes.ts";
import type { DeployRequest } from "../manifest/plan-deploy.ts";
import { manifestProblem, manifestsIn, type ReadManifests } from "../manifest/read-manifests.ts";
import { fullNameOf } from "../manifest/manifest.ts";
import { deployRequest } from "../stages/deploy-manifest/request.ts";

/** What is to be compared: as a stage deploys it (`deploy`), or as it stands (`null`). */
export type DiffRequest = { manifests: JsonObject[]; namespaceOverride: string; deploy: DeployRequest | null };

/** Reads a request, whose text was read before; everything wrong in it is told with its place. */
export function readDiffRequest(account: string, body: JsonObject, fromText: ReadManifests | null): DiffRequest {
  const { text: _text, application = null, artifacts = [], ...stage } = body;
  const pointer = fromText === null ? "/manifests" : "/text";
  const { manifests, problems } = fromText ?? manifestsIn(stage["manifests"] ?? null);
  const wrong = problems.map(({ place, message }) => `${place}: ${message}`);
  for (const manifest of manifests) {
    const problem = manifestProblem(manifest);
    if (problem !== null) wrong.push(`${fullNameOf(manifest).trim() || "a manifest"} ${problem}`);
  }
  if (wrong.length > 0) {
    throw new GennakerError("invalid_request", `The manifests cannot be read: ${wrong[0]}.`, {
      problems: wrong.map((reason) => ({ pointer, reason })),
    });
  }
  if (manifests.length === 0) {
    const reason = "needs at least one manifest";
    throw new GennakerError("invalid_request", "There are no manifests to compare.", {
      problems: [{ pointer, reason }],
    });
  }
  const fields = readFields(deployManifestSchema, { ...stage, manifests: [] });
  if (!fields.ok) {
    throw new GennakerError("invalid_request", "The fields of the stage cannot be read.", {
      problems: fields.problems,
    });
  }
  const given = (Array.isArray(artifacts) ? artifacts : []).filter((each: Json) => isJsonObject(each));
  return {
    manifests,
    namespaceOverride: fields.value.namespaceOverride ?? "",
    deploy:
      typeof application === "string" && application.trim() !== ""
        ? deployRequest(fields.value, {
            account,
            application: application.trim(),
            manifests,
            required: [],
            optional: given as JsonObject[],
          })
        : null,
  };
}
