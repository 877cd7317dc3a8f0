import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { toFlag } from "../../coerce.ts";
import { fault } from "../fault.ts";
import { mergeMaps } from "./inheritance-control.ts";
import { mergeNamed } from "./lists.ts";

/** Finds a template by what another one has in its `source`; null where it is not at hand. */
export type FindTemplate = (source: string) => JsonObject | null;

/** More templates above one another than this are a mistake. */
export const mostParents = 20;

/** A template's `source`: which template it extends; null for one that stands alone. */
export function parentOf(template: JsonObject): string | null {
  const { source } = template;
  return typeof source === "string" && source.trim() !== "" ? source.trim() : null;
}

/** A template and those that it extends, the topmost first. A parent that is not at hand, and a circle, are faults. */
export function withParents(template: JsonObject, find: FindTemplate): JsonObject[] {
  const chain = [template];
  const seen = new Set<string>();
  for (let source = parentOf(template); source !== null; source = parentOf(chain[0] ?? {})) {
    if (seen.has(source))
      throw fault("/template/source", `leads in a circle: ${[...seen, source].join(" → ")}; take one of them out`);
    seen.add(source);
    if (chain.length > mostParents) throw fault("/template/source", `leads through more than ${mostParents} templates`);
    const parent = find(source);
    if (parent === null)
      throw fault(
        "/template/source",
        `names a parent template (${source}) that is not at hand; save it, or give the template with its parent's parts in it`,
      );
    chain.unshift(parent);
  }
  return chain;
}

/**
 * One template of several, as Orca's `TemplateMerge` makes it: later ones replace stages, modules and partials of the same id, and
 * configuration of the same name; one that is protected protects all.
 */
export function mergeTemplates(chain: readonly JsonObject[]): JsonObject {
  const [first = {}, ...rest] = chain;
  return rest.reduce<JsonObject>(
    (above, below) => ({
      ...above,
      ...below,
      protect: toFlag(above["protect"]) === true || toFlag(below["protect"]) === true,
      variables: mergeVariables(objects(above["variables"]), objects(below["variables"])),
      configuration: mergeConfiguration(objectOf(above["configuration"]), objectOf(below["configuration"])),
      stages: byId(above["stages"], below["stages"]),
      modules: byId(above["modules"], below["modules"]),
      partials: byId(above["partials"], below["partials"]),
    }),
    first,
  );
}

/** What a variable with `merge: true` takes over from the one it stands in for. */
const overlaid = ["group", "description", "type", "defaultValue", "example"] as const;

export function mergeVariables(above: readonly JsonObject[], below: readonly JsonObject[]): JsonObject[] {
  return mergeNamed(above, below, (old, own) => ({
    ...old,
    ...Object.fromEntries(
      overlaid.flatMap((key) => (own[key] === undefined || own[key] === null ? [] : [[key, own[key]]])),
    ),
  }));
}

function mergeConfiguration(above: JsonObject, below: JsonObject): JsonObject {
  const named = (key: string) => mergeNamed(objects(above[key]), objects(below[key]));
  const at = "/template/configuration/concurrentExecutions";
  return {
    concurrentExecutions: mergeMaps(
      objectOf(above["concurrentExecutions"]),
      objectOf(below["concurrentExecutions"]),
      at,
    ),
    triggers: named("triggers"),
    parameters: named("parameters"),
    notifications: named("notifications"),
    expectedArtifacts: distinct([...objects(above["expectedArtifacts"]), ...objects(below["expectedArtifacts"])]),
  };
}

function distinct(entries: readonly JsonObject[]): JsonObject[] {
  const seen = new Map(entries.map((entry) => [JSON.stringify(entry), entry]));
  return [...seen.values()];
}

function byId(above: Json | undefined, below: Json | undefined): JsonObject[] {
  const merged = [...objects(above)];
  for (const own of objects(below)) {
    const at = merged.findIndex(({ id }) => String(id) === String(own["id"]));
    if (at < 0) merged.push(own);
    else merged[at] = own;
  }
  return merged;
}

const objectOf = (value: Json | undefined): JsonObject => (isJsonObject(value ?? null) ? (value as JsonObject) : {});
const objects = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : []);
