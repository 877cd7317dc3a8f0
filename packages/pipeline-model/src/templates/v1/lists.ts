import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { hashOrder } from "@gennaker/expressions/hash-order.ts";

type Render = (list: readonly JsonObject[], at: string) => JsonObject[];

/**
 * What the configurations of a template and an instance give the pipeline. The template's lists count only where the
 * instance's `inherit` names them; then the instance's entries replace, merge into or remove those of the same name.
 */
export function mergeConfigurations(
  template: JsonObject,
  config: JsonObject,
  instance: JsonObject,
  render: Render,
): JsonObject {
  const theirs = isJsonObject(template["configuration"]) ? template["configuration"] : {};
  const own = isJsonObject(config["configuration"]) ? config["configuration"] : {};
  const inherits = (key: string): boolean => Array.isArray(own["inherit"]) && own["inherit"].includes(key);
  const named = (key: string, more: readonly JsonObject[] = []): JsonObject[] => {
    const mine = render([...objects(own[key]), ...more], `/instance/config/configuration/${key}`);
    if (!inherits(key)) return mine;
    return mergeNamed(render(objects(theirs[key]), `/template/configuration/${key}`), mine);
  };
  const expected = mergeById(objects(own["expectedArtifacts"]), objects(instance["expectedArtifacts"]));
  const concurrent =
    inherits("concurrentExecutions") && isJsonObject(theirs["concurrentExecutions"])
      ? theirs["concurrentExecutions"]
      : {};
  const setting = (key: string, fallback: Json): Json => concurrent[key] ?? instance[key] ?? fallback;
  return {
    limitConcurrent: setting("limitConcurrent", true),
    maxConcurrentExecutions: setting("maxConcurrentExecutions", 0),
    keepWaitingPipelines: setting("keepWaitingPipelines", false),
    notifications: named("notifications", objects(instance["notifications"])),
    parameterConfig: named("parameters"),
    triggers: named("triggers"),
    expectedArtifacts: inherits("expectedArtifacts")
      ? mergeById(objects(theirs["expectedArtifacts"]), expected)
      : expected,
  };
}

/** An entry of the same name is replaced, or merged with `merge: true`, or taken out with `remove: true`. */
export function mergeNamed(
  theirs: readonly JsonObject[],
  own: readonly JsonObject[],
  join: (theirs: JsonObject, own: JsonObject) => JsonObject = overlay,
): JsonObject[] {
  if (theirs.length === 0 || own.length === 0) return [...theirs, ...own];
  const merged = [...theirs];
  for (const entry of own) {
    const at = merged.findIndex((other) => String(other["name"]) === String(entry["name"]));
    if (at < 0) merged.push(entry);
    else if (isTrue(entry["remove"])) merged.splice(at, 1);
    else if (isTrue(entry["merge"])) merged[at] = join(merged[at] ?? {}, entry);
    else merged[at] = entry;
  }
  return merged;
}

function overlay(theirs: JsonObject, own: JsonObject): JsonObject {
  const { merge: _merge, ...rest } = { ...theirs, ...own };
  return rest;
}

/** One expected artifact per id, later ones over earlier ones, in Orca's order. */
function mergeById(first: readonly JsonObject[], second: readonly JsonObject[]): JsonObject[] {
  const byId = new Map([...first, ...second].map((entry) => [String(entry["id"]), entry]));
  return hashOrder([...byId.keys()]).map((id) => byId.get(id) ?? {});
}

function isTrue(value: Json | undefined): boolean {
  return String(value).toLowerCase() === "true";
}

function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
