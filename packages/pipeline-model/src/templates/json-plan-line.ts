import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { parseJsonExactly } from "@gennaker/expressions/json-values.ts";
import { planTemplate } from "./plan.ts";

/**
 * One line of `pipeline plan`: `{id, template, instance, templates?}` in, `{id, pipeline}` out, or `{id, error: {code, message,
 * problems?}}` with a null id where there is none to read. `templates` has the parents of a first-generation template by what
 * `source` calls them. Numbers keep the form they were written in.
 */
export function planLine(line: string): string {
  let input: unknown;
  try {
    input = parseJsonExactly(line);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return failed(null, "invalid_json", `the line is not JSON: ${detail}`);
  }
  if (!isJsonObject(input)) return failed(null, "invalid_request", "a line must be an object {id, template, instance}");
  const id = input["id"] ?? null;
  for (const key of ["template", "instance"]) {
    if (!isJsonObject(input[key])) return failed(id, "invalid_request", `the line needs \`${key}\`, an object`);
  }
  const parents = isJsonObject(input["templates"] ?? null) ? (input["templates"] as JsonObject) : {};
  const findTemplate = (source: string): JsonObject | null => {
    const found = Object.hasOwn(parents, source) ? (parents[source] ?? null) : null;
    return isJsonObject(found) ? found : null;
  };
  const planned = planTemplate(input["template"], input["instance"], { numbers: "exact", findTemplate });
  if ("pipeline" in planned) return JSON.stringify({ id, pipeline: planned.pipeline });
  const message = planned.problems.map(({ pointer, reason }) => `${pointer || "/"} ${reason}`).join("; ");
  return JSON.stringify({ id, error: { code: "invalid_template", message, problems: planned.problems } });
}

function failed(id: Json, code: string, message: string): string {
  return JSON.stringify({ id, error: { code, message } });
}
