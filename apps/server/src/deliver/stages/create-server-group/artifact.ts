import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { ExecutionView } from "../../../engine/api.ts";

/**
 * The artifact bound to an expected artifact's id: from the trigger, from what stages produced, or the default of the
 * pipeline. Null when nothing carries that id.
 */
export function artifactById(execution: ExecutionView, id: string): JsonObject | null {
  for (const expected of objects(execution.trigger["resolvedExpectedArtifacts"])) {
    if (expected["id"] === id && isJsonObject(expected["boundArtifact"])) return expected["boundArtifact"];
  }
  const bound = execution.stages.toReversed().flatMap((stage) => objects(stage.outputs["resolvedExpectedArtifacts"]));
  for (const expected of bound) {
    if (expected["id"] === id && isJsonObject(expected["boundArtifact"])) return expected["boundArtifact"];
  }
  const produced = execution.stages.flatMap((stage) => objects(stage.outputs["artifacts"]));
  for (const artifact of [...objects(execution.trigger["artifacts"]), ...produced]) {
    if (artifact["id"] === id || artifact["uuid"] === id) return artifact;
  }
  for (const expected of objects(execution.initialConfig["expectedArtifacts"])) {
    const usesDefault = expected["useDefaultArtifact"] === true || expected["useDefaultArtifact"] === "true";
    if (expected["id"] === id && usesDefault && isJsonObject(expected["defaultArtifact"]))
      return expected["defaultArtifact"];
  }
  return null;
}

function objects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
