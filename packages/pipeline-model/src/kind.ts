import type { JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";

/** What a document is: a pipeline, one nested under `pipeline`, or one of the template kinds. */
export type DocumentKind = "pipeline" | "nestedPipeline" | "templateInstance" | "template" | "templateV1Instance";

/** Tells the kinds apart by the fields that only they have (reference: Spinnaker's pipeline JSON and templates). */
export function kindOf(document: JsonObject): DocumentKind {
  if (document["schema"] === "v2" && isJsonObject(document["pipeline"])) return "template";
  const config = document["config"];
  if (document["type"] === "templatedPipeline") {
    if (isJsonObject(config) && isJsonObject(config["pipeline"])) return "templateV1Instance";
    return "templateInstance";
  }
  if (document["schema"] === "v2" && isJsonObject(document["template"])) return "templateInstance";
  if (isJsonObject(document["pipeline"]) && document["stages"] === undefined) return "nestedPipeline";
  return "pipeline";
}
