import type { Json } from "@gennaker/contract/json.ts";
import { isScalar, parseAllDocuments, visit } from "yaml";

/**
 * The value of a rendered text: YAML 1.1 where it is a number, a flag, a list or a map, otherwise the text itself.
 * Texts that begin an expression, the words yes, no, on and off, and what begins with `*` stay texts, and so does
 * what follows `noexpand:`. Empty text is null. Gives why it cannot be read otherwise.
 */
export function yamlValue(text: string): { value: Json } | { fault: string } {
  if (text === "") return { value: null };
  if (text.startsWith("${") || text.startsWith("*") || text.startsWith("@class") || /^(yes|no|on|off)$/i.test(text))
    return { value: text };
  if (text.startsWith("noexpand:")) return { value: text.slice("noexpand:".length) };
  const documents = parseAllDocuments(text, {
    version: "1.1",
    uniqueKeys: false,
    logLevel: "silent",
    prettyErrors: false,
  });
  const document = Array.isArray(documents) ? documents[0] : undefined;
  if (document === undefined || (Array.isArray(documents) && documents.length > 1)) return { value: text };
  const problem = document.errors[0];
  if (problem !== undefined)
    return looksStructured(text) ? { fault: `gives text that is no YAML: ${problem.message}` } : { value: text };
  visit(document, (_key, node) => {
    // The reader that Orca uses has no y and n among its flags.
    if (isScalar(node) && typeof node.value === "boolean" && /^[yn]$/i.test(node.source ?? ""))
      node.value = node.source;
  });
  try {
    const value = plain(document.toJS({ maxAliasCount: 100 }) as unknown);
    return { value: value === null || typeof value === "string" ? text : value };
  } catch {
    return { fault: "gives YAML whose anchors are used too often" };
  }
}

/** A list or map was meant; anything else that is no YAML is an ordinary text. */
function looksStructured(text: string): boolean {
  return /^[[{]/.test(text) || /^- /m.test(text) || /^[\w"'-]+:\s/.test(text);
}

function plain(value: unknown): Json {
  if (value instanceof Date) return value.getTime();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  return typeof value === "number" || typeof value === "string" || typeof value === "boolean"
    ? value
    : value === null
      ? null
      : String(value);
}
