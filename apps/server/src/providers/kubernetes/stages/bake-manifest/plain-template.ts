import { Buffer } from "node:buffer";
import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";

/** What a template asks that its values do not give, or that cannot be read; each with its line. */
export class TemplateError extends Error {
  constructor(problems: readonly string[]) {
    super(problems.join("; "));
    this.name = "TemplateError";
  }
}

const filters: Readonly<Record<string, (value: Json | undefined, argument: string) => Json | undefined>> = {
  default: (value, argument) => (value === undefined || value === null || value === "" ? argument : value),
  quote: (value) => JSON.stringify(textOf(value)),
  json: (value) => JSON.stringify(value ?? null),
  base64: (value) => Buffer.from(textOf(value)).toString("base64"),
  upper: (value) => textOf(value).toUpperCase(),
  lower: (value) => textOf(value).toLowerCase(),
  indent: (value, argument) => textOf(value).replaceAll("\n", `\n${" ".repeat(Math.min(Number(argument) || 0, 64))}`),
};

/**
 * Puts values into a text: `{{ path.to.value }}`, with filters after bars (`{{ image.tag | default "latest" | quote }}`):
 * `default "x"`, `quote`, `json`, `base64`, `upper`, `lower`, `indent 4` (lines after the first). A value that is missing
 * is an error. No loops, no conditions: what needs them is a chart.
 */
export function renderTemplate(template: string, values: JsonObject): string {
  const problems: string[] = [];
  const rendered = template.replaceAll(/\{\{([^{}\n]{0,500})\}\}/g, (_all, inner: string, offset: number) => {
    const line = `line ${template.slice(0, offset).split("\n").length}`;
    const [path = "", ...steps] = inner.split("|").map((part) => part.trim());
    if (!/^[\w-]+(\.[\w-]+)*$/.test(path)) {
      problems.push(`${line}: "${path}" is no path of a value`);
      return "";
    }
    let value = at(values, path.split("."));
    for (const step of steps) {
      const [, name = "", quoted, bare = ""] = /^(\w+)(?:\s+(?:"([^"]*)"|(\S+)))?$/.exec(step) ?? [];
      const filter = Object.hasOwn(filters, name) ? filters[name] : undefined;
      if (filter === undefined) problems.push(`${line}: there is no filter "${step}"`);
      else value = filter(value, quoted ?? bare);
    }
    if (value === undefined) problems.push(`${line}: there is no value "${path}"`);
    return isJsonObject(value ?? null) || Array.isArray(value) ? JSON.stringify(value) : textOf(value);
  });
  if (problems.length > 0) throw new TemplateError(problems);
  return rendered;
}

/** `b` over `a`: objects are merged, everything else is replaced. Keys with dots are paths, as with `helm --set`. */
export function mergeValues(a: JsonObject, b: JsonObject): JsonObject {
  const result = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const before = result[key] ?? null;
    result[key] = isJsonObject(before) && isJsonObject(value) ? mergeValues(before, value) : value;
  }
  return result;
}

/** `{"a.b": 1}` as `{a: {b: 1}}`. */
export function expandPaths(values: JsonObject): JsonObject {
  return Object.entries(values).reduce<JsonObject>((merged, [path, value]) => {
    const nested = path.split(".").reduceRight<Json>((inner, key) => ({ [key]: inner }), value);
    return mergeValues(merged, isJsonObject(nested) ? nested : {});
  }, {});
}

function at(values: Json, path: readonly string[]): Json | undefined {
  let inner: Json | undefined = values;
  for (const key of path)
    inner =
      isJsonObject(inner ?? null) && Object.hasOwn(inner as JsonObject, key) ? (inner as JsonObject)[key] : undefined;
  return inner;
}

const textOf = (value: Json | undefined): string =>
  value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
