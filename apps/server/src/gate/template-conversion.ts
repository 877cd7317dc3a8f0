import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { stringify } from "yaml";

const header = `A pipeline template of the first generation, made from a pipeline.
Nothing of it is a variable yet: put {{ variables }} where pipelines made from it differ, and declare them under "variables".
Choose an id that no other team uses, and names for stages, triggers and notifications that say what they are for.`;

/** The first-generation template that a pipeline is an instance of, as Orca writes it: in YAML, stages by type and place. */
export function templateFromPipeline(pipeline: JsonObject): string {
  const text = stringify(templateOf(pipeline), { lineWidth: 0, indentSeq: false, singleQuote: true, version: "1.1" });
  return `${header.replaceAll(/^/gm, "# ")}\n${text}`;
}

function templateOf(pipeline: JsonObject): JsonObject {
  const { application, name } = pipeline;
  const stages = objects(pipeline["stages"]);
  return {
    schema: "1",
    id: `${textOr(application, "spinnaker")}-${textOr(name, "generatedTemplate").replaceAll(/\W/g, "")}`,
    metadata: {
      name: name ?? "GIVE ME A NAME",
      description: pipeline["description"] ?? "GIVE ME A DESCRIPTION",
      owner: pipeline["lastModifiedBy"] ?? null,
      scopes: typeof application === "string" ? [application] : [],
    },
    protect: false,
    configuration: {
      concurrentExecutions: { limitConcurrent: true, maxConcurrentExecutions: 0 },
      triggers: objects(pipeline["triggers"]).map((trigger, index) => ({ ...trigger, name: `unnamed${index}` })),
      parameters: pipeline["parameterConfig"] ?? [],
      notifications: objects(pipeline["notifications"]).map((each, index) => ({
        ...each,
        name: `${textOr(each["type"], "null")}${index}`,
      })),
      expectedArtifacts: pipeline["expectedArtifacts"] ?? null,
    },
    variables: [],
    stages: stages.map((stage) => stageOf(stage, stages)),
  };
}

function stageOf(stage: JsonObject, all: readonly JsonObject[]): JsonObject {
  const { type, name, refId: _refId, requisiteStageRefIds, ...config } = stage;
  const before = Array.isArray(requisiteStageRefIds) ? requisiteStageRefIds : [];
  return {
    id: idOf(stage),
    type: type ?? null,
    dependsOn: before.flatMap((refId) =>
      all
        .filter((other) => other["refId"] === refId)
        .slice(0, 1)
        .map(idOf),
    ),
    name: name ?? null,
    config,
  };
}

function idOf({ type, refId }: JsonObject): string {
  return `${textOr(type, "null")}${textOr(refId, "null")}`;
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function textOr(value: Json | undefined, otherwise: string): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : otherwise;
}
