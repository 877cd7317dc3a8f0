import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";

/** What a document is: a pipeline, one nested under `pipeline`, or one of the template kinds. */
export type DocumentKind =
  | "pipeline"
  | "nestedPipeline"
  | "template"
  | "templateInstance"
  | "templateV1"
  | "templateV1Instance"
  /** What a first-generation instance has under `config`, on its own, as it is kept in files. */
  | "templateV1Config";

/** Tells the kinds apart by the fields that only they have (reference: Spinnaker's pipeline JSON and templates). */
export function kindOf(document: JsonObject): DocumentKind {
  const { schema, pipeline, config } = document;
  if (schema === "v2" && isJsonObject(pipeline)) return "template";
  if (document["type"] === "templatedPipeline") {
    return isJsonObject(config) && isJsonObject(config["pipeline"]) ? "templateV1Instance" : "templateInstance";
  }
  if (schema === "v2" && isJsonObject(document["template"])) return "templateInstance";
  if (schema === "1" || schema === 1) {
    if (isJsonObject(pipeline) && !Array.isArray(pipeline["stages"])) return "templateV1Config";
    const parts =
      Array.isArray(document["modules"]) || Array.isArray(document["partials"]) || Array.isArray(document["variables"]);
    if (document["application"] === undefined && (parts || isJsonObject(document["metadata"]))) return "templateV1";
  }
  if (isJsonObject(pipeline) && document["stages"] === undefined) return "nestedPipeline";
  return "pipeline";
}
