import { FakeStatus } from "./status.ts";
import type { StoredObject } from "./types.ts";
import { isJson } from "./types.ts";

/** A test of an object for `labelSelector` and `fieldSelector` as they stand in the query. */
export function selectorOf(query: URLSearchParams): (object: StoredObject) => boolean {
  const labels = split(query.get("labelSelector") ?? "").map(labelTerm);
  const fields = split(query.get("fieldSelector") ?? "").map(fieldTerm);
  return (object) => labels.every((term) => term(object)) && fields.every((term) => term(object));
}

/** Splits at commas outside brackets. */
function split(text: string): string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((term) => term.trim())
    .filter((term) => term !== "");
}

function labelTerm(term: string): (object: StoredObject) => boolean {
  const label = (object: StoredObject, name: string) => object.metadata.labels?.[name];
  const set = /^(\S+)\s+(in|notin)\s*\((.*)\)$/.exec(term);
  if (set) {
    const [, name = "", operator, list = ""] = set;
    const values = list.split(",").map((value) => value.trim());
    return (object) => {
      const value = label(object, name);
      const within = value !== undefined && values.includes(value);
      return operator === "in" ? within : !within;
    };
  }
  const equal = /^([^=!\s]+)\s*(==|=|!=)\s*(.*)$/.exec(term);
  if (equal) {
    const [, name = "", operator, value] = equal;
    return (object) => (label(object, name) === value) === (operator !== "!=");
  }
  if (/^!?[\w./-]+$/.test(term)) {
    const name = term.replace("!", "");
    return (object) => (label(object, name) !== undefined) === !term.startsWith("!");
  }
  throw new FakeStatus(400, "BadRequest", `unable to parse requirement: ${term}`);
}

function fieldTerm(term: string): (object: StoredObject) => boolean {
  const match = /^([\w.]+)(==|=|!=)(.*)$/.exec(term);
  if (!match) throw new FakeStatus(400, "BadRequest", `invalid field selector: ${term}`);
  const [, path = "", operator, value = ""] = match;
  return (object) => {
    let at: unknown = object;
    for (const part of path.split(".")) at = isJson(at) ? at[part] : undefined;
    return (String(at ?? "") === value) === (operator !== "!=");
  };
}
