import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import type { ExecutionView, StageView } from "../../../engine/api.ts";
import { withAncestors } from "../../artifacts/api.ts";

/**
 * What a strategy is told beside its parameters, as in Orca: the images that stages before found or baked
 * (`deploymentDetails`), and, unless given, the one of its own region as `amiName` and `imageId`.
 */
export function strategyParameters(execution: ExecutionView, stage: StageView, given: JsonObject): JsonObject {
  const found = detailsFor(execution, stage);
  if (found.length === 0) return given;
  const details = found.map((detail): JsonObject => ({
    ami: detail["ami"] ?? null,
    imageName: detail["imageName"] ?? null,
    imageId: detail["imageId"] ?? null,
    ...(detail["region"] ? { region: detail["region"] } : detail["zone"] ? { zone: detail["zone"] } : {}),
  }));
  const parameters: JsonObject = { ...given, deploymentDetails: details };
  const same = (key: string) => (detail: JsonObject) => detail[key] !== undefined && detail[key] === given[key];
  const own = details.find(same("region")) ?? details.find(same("zone"));
  if (own === undefined || given["amiName"]) return parameters;
  return { ...parameters, amiName: own["ami"] ?? null, imageId: own["imageId"] ?? null };
}

function detailsFor(execution: ExecutionView, stage: StageView): JsonObject[] {
  const sources: (Json | undefined)[] = [
    stage.context["deploymentDetails"],
    ...withAncestors(execution, stage).map((one) => one.outputs["deploymentDetails"]),
  ];
  const list = sources.find((value) => Array.isArray(value) && value.length > 0);
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}
