import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { fault } from "../fault.ts";
import { mergeVariables } from "./inherit.ts";
import { scopeOf } from "./jinja/environment.ts";
import { createRenderer } from "./renderer.ts";
import { yamlValue } from "./yaml-value.ts";

/**
 * What Orca does with a chain of templates when it loads them: defaults of variables that are templates themselves are rendered, and
 * `stages` that is one text (so that a loop can write stages) becomes a list.
 */
export function prepareTemplates(
  chain: readonly JsonObject[],
  about: { application: Json; trigger: JsonObject; given: JsonObject },
): JsonObject[] {
  const variables = chain.map((each) => objects(each["variables"])).reduce<JsonObject[]>(mergeVariables, []);
  const named = variables.flatMap((each): [string, Json][] => {
    const value = each["defaultValue"] ?? null;
    const known = value !== null || String(each["nullable"]) === "true";
    return typeof each["name"] === "string" && known ? [[each["name"], value]] : [];
  });
  const renderer = createRenderer(new Map(), scopeOf());
  const base = { application: about.application, pipelineTemplate: {}, trigger: about.trigger };
  const scope = scopeOf(base, Object.fromEntries(named), about.given);
  const rendered = variables.map((each, index) => {
    const { defaultValue } = each;
    if (typeof defaultValue !== "string" || !needsReading(defaultValue, each["type"])) return each;
    const at = `/template/variables/${index}/defaultValue`;
    const text = renderer.text(defaultValue, scope, at);
    return { ...each, defaultValue: isText(each["type"]) ? text : valueOf(text, at) };
  });
  return chain.map((each) => {
    const { stages } = each;
    const read =
      typeof stages === "string" ? { stages: stagesOf(renderer.text(stages, scope, "/template/stages")) } : {};
    return { ...each, ...(variables.length === 0 ? {} : { variables: rendered }), ...read };
  });
}

/** Where an instance's template is may be a template itself, over the application and the trigger. */
export function renderSource(source: string, about: { application: Json; trigger: JsonObject }): string {
  if (!isTemplated(source)) return source;
  const scope = scopeOf({ application: about.application, trigger: about.trigger });
  return createRenderer(new Map(), scopeOf()).text(source, scope, "/instance/config/pipeline/template/source").trim();
}

const isTemplated = (text: string): boolean => text.includes("{{") || text.includes("{%");

/** A template in the text, or a text that stands for a list, a number or a flag. */
function needsReading(text: string, type: Json | undefined): boolean {
  if (isTemplated(text)) return true;
  return !isText(type) && typeof type === "string" && type.toLowerCase() !== "object";
}

/** The default of a variable as far as it can be read without rendering; null where it cannot, or is none. */
export function readDefault(value: Json, type: string): Json {
  if (typeof value !== "string" || !needsReading(value, type)) return value;
  if (isTemplated(value)) return null;
  const made = yamlValue(value);
  return "fault" in made ? value : made.value;
}

const isText = (type: Json | undefined): boolean => typeof type === "string" && type.toLowerCase() === "string";

function valueOf(text: string, at: string): Json {
  const made = yamlValue(text);
  if ("fault" in made) throw fault(at, made.fault);
  return made.value;
}

function stagesOf(text: string): Json[] {
  const stages = valueOf(text, "/template/stages");
  if (Array.isArray(stages)) return stages;
  if (stages === null) return [];
  throw fault("/template/stages", "is a text that must give a list of stages in YAML, but gives something else");
}

const objects = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : []);
