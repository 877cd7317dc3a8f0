import { createRequire } from "node:module";
import type * as Library from "jsonpath-rfc9535";
import type { Json } from "@gennaker/contract/json.ts";
import { isJsonObject } from "@gennaker/contract/json.ts";
import { TaskError } from "../../../engine/api.ts";

const load = createRequire(import.meta.url);

/** The library, loaded when the first path is read: it takes megabytes, and stages read paths in one step. */
const library = (): typeof Library => load("jsonpath-rfc9535") as typeof Library;

/** What stands at a path. A path that may mean several places always gives a list; nothing there is null. */
export type Found = { value: Json } | null;

/**
 * Reads a JSONPath as Spinnaker's reader (Jayway) does: a leading `$.` may be left out, names may hold dashes, a path
 * with `..`, `*`, a filter, a slice or a union gives the list of its values, and one of the functions
 * below may end it. Throws a TaskError for a path that cannot be read.
 */
export function readPath(body: Json, path: string): Found {
  const wanted = path.trim();
  const rooted = /^[$@]/.test(wanted) ? `$${wanted.slice(1)}` : `$.${wanted}`;
  const [, base = rooted, name] = /^(.*)\.([a-z]+)\(\)$/s.exec(rooted) ?? [];
  const found = readPlain(body, base, path);
  if (name === undefined) return found;
  const apply = functions[name];
  if (apply === undefined) throw unreadable(path, `there is no function ${name}()`);
  return found === null ? null : apply(found.value);
}

function readPlain(body: Json, rooted: string, path: string): Found {
  const { normal, definite } = normalise(rooted);
  let values: Json[];
  try {
    values = library().query(body as never, normal) as Json[];
  } catch (error) {
    throw unreadable(path, error instanceof Error ? error.message : String(error));
  }
  if (!definite) return { value: values };
  return values.length === 0 ? null : { value: values[0] ?? null };
}

/** Names that RFC 9535 wants in brackets get them; and whether the path can mean one place only. */
function normalise(path: string): { normal: string; definite: boolean } {
  let normal = "$";
  let definite = true;
  const part = /\.\.|\.|\[(?:[^\]'"]|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\[[^\]]*\])*\]|[^.[]+/gs;
  const tokens = [...path.slice(1).matchAll(part)].map(([token]) => token);
  if (tokens.join("").length !== path.length - 1) return { normal: path, definite };
  for (const token of tokens) {
    if (token === "..") [normal, definite] = [`${normal}..`, false];
    else if (token === ".") continue;
    else if (token.startsWith("[")) {
      normal += token;
      if (/[?*:,]/.test(token.replaceAll(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, ""))) definite = false;
    } else if (token === "*") [normal, definite] = [`${normal}[*]`, false];
    else normal += `[${JSON.stringify(token)}]`;
  }
  return { normal, definite };
}

const functions: Readonly<Record<string, (value: Json) => Found>> = {
  length: sizeOf,
  size: sizeOf,
  first: (value) => (Array.isArray(value) && value.length > 0 ? { value: value[0] ?? null } : null),
  last: (value) => (Array.isArray(value) && value.length > 0 ? { value: value.at(-1) ?? null } : null),
  keys: (value) => (isJsonObject(value) ? { value: Object.keys(value) } : null),
  sum: numbers((list) => list.reduce((sum, one) => sum + one, 0)),
  avg: numbers((list) => list.reduce((sum, one) => sum + one, 0) / list.length),
  min: numbers((list) => list.reduce((least, one) => Math.min(least, one))),
  max: numbers((list) => list.reduce((most, one) => Math.max(most, one))),
};

function sizeOf(value: Json): Found {
  if (Array.isArray(value)) return { value: value.length };
  return isJsonObject(value) ? { value: Object.keys(value).length } : null;
}

function numbers(fold: (list: number[]) => number): (value: Json) => Found {
  return (value) => {
    const list = Array.isArray(value) ? value.filter((one) => typeof one === "number") : [];
    return list.length === 0 ? null : { value: fold(list) };
  };
}

function unreadable(path: string, why: string): TaskError {
  return new TaskError("webhook.jsonPath", `The JSONPath "${path}" of the webhook cannot be read: ${why}`);
}
