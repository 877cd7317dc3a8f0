import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { toFlag } from "../../coerce.ts";
import { injectStages, requisitesOf, sortStages } from "../stage-graph.ts";
import { assignVariables, readVariables } from "../variables.ts";
import { checkStages } from "./check-stages.ts";
import type { Expansion, Partial } from "./expand.ts";
import { expandPartials, expandStages, renderStage } from "./expand.ts";
import { controlInheritance } from "./inheritance-control.ts";
import { scopeOf } from "./jinja/environment.ts";
import type { Scope } from "./jinja/environment.ts";
import { mergeConfigurations } from "./lists.ts";
import type { Module, Renderer } from "./renderer.ts";
import { createRenderer } from "./renderer.ts";
import type { StageNode } from "./stages.ts";
import { copyStage, readStages } from "./stages.ts";

/**
 * The pipeline of a first-generation template (Jinja) and the `config` of an instance, as Orca's planner makes it.
 * `trigger` is what texts read under that name. Documents have been checked, and what the template extends is part of it. Faults are thrown.
 */
export function planV1(
  template: JsonObject,
  instance: JsonObject,
  config: JsonObject,
  trigger: JsonObject,
): JsonObject {
  const about = config["pipeline"] as JsonObject;
  const given = isJsonObject(about["variables"]) ? about["variables"] : {};
  const variables = readVariables(template["variables"], "/template/variables");
  const own = readStages(config["stages"], "/instance/config/stages");
  const stages = readStages(template["stages"], "/template/stages");
  checkStages(stages, own, toFlag(template["protect"]) === true);
  const values = assignVariables(variables, given, "/instance/config/pipeline/variables");
  const base = scopeOf(
    { application: about["application"] ?? null, pipelineTemplate: {}, trigger },
    Object.fromEntries(
      variables
        .filter(({ defaultValue, nullable }) => defaultValue !== null || nullable)
        .map(({ name, defaultValue }) => [name, defaultValue]),
    ),
  );
  const renderer = createRenderer(modulesOf(template, config), base);
  const scope = scopeOf(base, given, values);
  const expansion: Expansion = { renderer, scope, partials: partialsOf(template, config) };
  return {
    id: instance["id"] ?? about["pipelineConfigId"] ?? "unknown",
    ...(about["application"] === undefined ? {} : { application: about["application"] }),
    name: about["name"] ?? "Unnamed Execution",
    ...sourceOf(about),
    ...mergeConfigurations(template, config, instance, (list, at) => renderLists(renderer, scope, list, at)),
    stages: planStages(stages, own, expansion).map(stageJson),
    ...(isJsonObject(instance["trigger"] ?? null) && Object.keys(trigger).length > 0 ? { trigger } : {}),
  };
}

function sourceOf(about: JsonObject): JsonObject {
  const source = isJsonObject(about["template"]) ? about["template"]["source"] : undefined;
  return typeof source === "string" && source !== ""
    ? { source: { id: source, type: "templatedPipeline", version: "v1" } }
    : {};
}

/** The template's stages expanded, those of the instance in their places, conditions last. */
function planStages(template: readonly StageNode[], instance: readonly StageNode[], expansion: Expansion): StageNode[] {
  const own = instance.map((stage) => renderStage(stage, expansion));
  const byId = new Map(own.map((stage) => [stage.id, stage]));
  const expanded = expandStages(template, expansion).map((stage) => copyStage(byId.get(stage.id) ?? stage));
  const present = new Set(expanded.map((stage) => stage.id));
  const added = own.filter((stage) => stage.requisites.size > 0 && !present.has(stage.id)).map(copyStage);
  const sorted = sortStages([...expanded, ...added]);
  const injected = injectStages(injectStages(sorted, sorted), own);
  return trim(expandPartials(injected, expansion).map((stage) => ({ ...stage, config: controlInheritance(stage) })));
}

/** Without the stages one of whose conditions is not "true"; those that waited for them wait for what they waited for. */
function trim(stages: readonly StageNode[]): StageNode[] {
  const removed = stages.filter((stage) => stage.when.some((condition) => String(condition).toLowerCase() !== "true"));
  for (const gone of removed) {
    for (const stage of stages)
      if (stage.requisites.delete(gone.id)) for (const id of gone.requisites) stage.requisites.add(id);
  }
  return stages.filter((stage) => !removed.includes(stage));
}

function stageJson(stage: StageNode): JsonObject {
  return {
    refId: stage.id,
    type: stage.type,
    name: stage.name ?? stage.id,
    requisiteStageRefIds: requisitesOf(stage),
    ...(stage.group === null ? {} : { group: stage.group }),
    ...(stage.config as JsonObject),
  };
}

function renderLists(renderer: Renderer, scope: Scope, list: readonly JsonObject[], at: string): JsonObject[] {
  return list.map((item, index) =>
    Object.fromEntries(
      Object.entries(item).map(([key, value]) => [key, renderer.render(value, scope, `${at}/${index}/${key}`)]),
    ),
  );
}

/** The instance's modules replace the template's of the same id. */
function modulesOf(template: JsonObject, config: JsonObject): ReadonlyMap<string, Module> {
  return new Map(
    both(template, config, "modules").map(({ item }): [string, Module] => {
      const id = String(item["id"]);
      const variables = Array.isArray(item["variables"]) ? item["variables"].filter(isJsonObject) : [];
      return [id, { id, variables, definition: item["definition"] ?? null }];
    }),
  );
}

function partialsOf(template: JsonObject, config: JsonObject): ReadonlyMap<string, Partial> {
  return new Map(
    both(template, config, "partials").map(({ item, at }): [string, Partial] => {
      const id = String(item["id"]);
      const stages = readStages(item["stages"], `${at}/stages`);
      return [id, { id, name: typeof item["name"] === "string" ? item["name"] : id, stages }];
    }),
  );
}

function both(template: JsonObject, config: JsonObject, key: string): { item: JsonObject; at: string }[] {
  const read = (list: Json | undefined, at: string) =>
    Array.isArray(list)
      ? list.flatMap((item, index) => (isJsonObject(item) ? [{ item, at: `${at}/${key}/${index}` }] : []))
      : [];
  return [...read(template[key], "/template"), ...read(config[key], "/instance/config")];
}
