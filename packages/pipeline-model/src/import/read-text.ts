import { isAlias, isMap, isScalar, isSeq, parseAllDocuments } from "yaml";
import type { Node, Scalar } from "yaml";
import { numberAsWritten } from "./exact-json.ts";
import { createJsonSplitter } from "./split-json.ts";

/** One document of a text, as JSON; or why it cannot be read. */
export type ReadText = { text: string } | { problem: string };

/** Longest YAML text that is read: it is held as a whole, unlike JSON. */
export const longestYaml = 64 * 1024 * 1024;

/** True when a text is JSON rather than YAML, told by how it begins. */
export function looksLikeJson(beginning: string): boolean {
  const sign = beginning.replace(/^\ufeff?\s+|^\ufeff/, "")[0];
  return sign === "{" || sign === "[";
}

/**
 * The documents of a JSON or YAML text, each as JSON text: several documents one after another, and the elements of a list.
 * Numbers keep their spelling. YAML anchors are followed; their number is limited as the parser limits it.
 */
export function readText(text: string): ReadText[] {
  if (looksLikeJson(text.slice(0, 1_000))) {
    const splitter = createJsonSplitter();
    return [...splitter.push(text), ...splitter.end()].map(checkedJson);
  }
  return readYaml(text);
}

/** A text that is one JSON document, or the parser's words about it. */
export function checkedJson(text: string): ReadText {
  try {
    JSON.parse(text);
    return { text };
  } catch (error) {
    return { problem: `is not JSON: ${(error as Error).message}` };
  }
}

function readYaml(text: string): ReadText[] {
  if (text.trim() === "") return [];
  if (text.length > longestYaml) return [{ problem: "is YAML of more than 64 MiB; split it, or write it as JSON" }];
  const documents = parseAllDocuments(text, { logLevel: "silent" });
  const list = Array.isArray(documents) ? documents : [];
  return list.flatMap((document): ReadText[] => {
    const [error] = document.errors;
    if (error !== undefined) return [{ problem: `is not YAML: ${error.message.split("\n")[0] ?? ""}` }];
    if (document.contents === null) return [];
    try {
      const value = valueOf(document.contents, { left: 2_000_000, anchors: new Map() }, 0);
      const items: unknown[] = Array.isArray(value) ? value : [value];
      return items.map((item) => ({ text: JSON.stringify(item) ?? "null" }));
    } catch (thrown) {
      return [{ problem: `cannot be read as YAML: ${(thrown as Error).message}` }];
    }
  });
}

type Reading = { left: number; readonly anchors: Map<string, Node> };

/** As JSON has it; merges (`<<`) and aliases are followed until too much has been made of them. */
function valueOf(node: Node | null, reading: Reading, depth: number): unknown {
  reading.left -= 1;
  if (reading.left < 0 || depth > 500) throw new Error("it is too deep, or its aliases make too much of it");
  if (node === null) return null;
  if (isAlias(node)) {
    const target = reading.anchors.get(node.source);
    if (target === undefined) throw new Error(`nothing is called &${node.source} before *${node.source}`);
    return valueOf(target, reading, depth + 1);
  }
  if ("anchor" in node && typeof node.anchor === "string") reading.anchors.set(node.anchor, node);
  if (isMap(node)) return mapOf(node.items as readonly Pair[], reading, depth);
  if (isSeq(node)) return node.items.map((item) => valueOf(item as Node | null, reading, depth + 1));
  return isScalar(node) ? scalarOf(node) : null;
}

type Pair = { key: unknown; value: unknown };

function mapOf(items: readonly Pair[], reading: Reading, depth: number): object {
  const merged: [string, unknown][] = [];
  const own: [string, unknown][] = [];
  for (const { key, value } of items) {
    const name = isScalar(key) ? String(key.value) : String(key);
    const inner = valueOf(value as Node | null, reading, depth + 1);
    if (name === "<<" && typeof inner === "object" && inner !== null) {
      const maps = Array.isArray(inner) ? inner.toReversed() : [inner];
      merged.push(...maps.flatMap((each) => Object.entries(each as object)));
    } else own.push([name, inner]);
  }
  return Object.fromEntries([...merged, ...own]);
}

function scalarOf({ value, source }: Scalar): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? numberAsWritten(value, source) : String(source);
  if (value instanceof Date) return source ?? value.toISOString();
  return value === undefined ? null : value;
}
