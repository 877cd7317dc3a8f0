import type { Expression, InlineMap } from "./ast.ts";
import { syntaxError } from "./errors.ts";
import { parseNumber } from "./numbers.ts";
import type { Cursor } from "./parse-cursor.ts";
import type { Token } from "./tokens.ts";

/** A start node and everything applied to it with `.`, `?.` and brackets; null where nothing begins. */
export function parsePrimary(cursor: Cursor): Expression | null {
  const start = parseStart(cursor);
  if (start === null) return null;
  const parts: Expression[] = [start];
  for (;;) {
    const token = cursor.peek();
    if (cursor.take(".")) parts.push(parseDotted(cursor, false));
    else if (cursor.take("?.")) parts.push(parseDotted(cursor, true));
    else if (cursor.take("[")) parts.push(parseIndex(cursor, token.at, false));
    else return parts.length === 1 ? start : { type: "compound", parts, at: start.at };
  }
}

function required(cursor: Cursor, what: string): Expression {
  const at = cursor.peek().at;
  const expression = cursor.whole();
  if (expression === null) throw syntaxError(`Expected ${what}`, at);
  return expression;
}

function isName(token: Token): boolean {
  return token.kind === "name" || token.word !== undefined;
}

function parseDotted(cursor: Cursor, safe: boolean): Expression {
  const token = cursor.peek();
  if (isName(token)) return parseName(cursor, safe);
  const applied = parseBrackets(cursor, safe);
  if (applied !== null) return applied;
  if (safe && cursor.take("[")) return parseIndex(cursor, token.at, true);
  if (token.kind === "op" && token.text === "#") return parseVariable(cursor);
  const found = token.kind === "end" ? "the text ends" : `there is '${token.text}'`;
  throw syntaxError(`Expected a name, a selection or a projection after the dot, but ${found}`, token.at);
}

function parseIndex(cursor: Cursor, at: number, safe: boolean): Expression {
  const index = required(cursor, "an index between the brackets");
  cursor.expect("]", "to close the index");
  return { type: "index", index, safe, at };
}

const SELECTIONS: ReadonlyMap<string, "all" | "first" | "last"> = new Map([
  ["?[", "all"],
  ["^[", "first"],
  ["$[", "last"],
]);

function parseBrackets(cursor: Cursor, safe: boolean): Expression | null {
  const { at, text, kind } = cursor.peek();
  if (kind !== "op") return null;
  if (cursor.take("![")) {
    const body = required(cursor, "an expression inside the projection");
    cursor.expect("]", "to close the projection");
    return { type: "projection", body, safe, at };
  }
  const which = SELECTIONS.get(text);
  if (which === undefined) return null;
  cursor.next();
  const criteria = required(cursor, "a condition inside the selection");
  cursor.expect("]", "to close the selection");
  return { type: "selection", which, criteria, safe, at };
}

function parseStart(cursor: Cursor): Expression | null {
  const token = cursor.peek();
  const at = token.at;
  switch (token.kind) {
    case "string":
      cursor.next();
      return { type: "literal", value: token.text, at };
    case "int":
    case "long":
    case "float":
    case "double":
      cursor.next();
      return { type: "literal", value: parseNumber(token.kind, token.text, at), at };
    case "name":
      return parseWord(cursor, token);
    case "end":
      return null;
    case "op":
      return token.word === undefined ? parseSign(cursor, token) : parseName(cursor, false);
  }
}

function parseSign(cursor: Cursor, token: Token): Expression | null {
  switch (token.text) {
    case "(": {
      cursor.next();
      const inner = required(cursor, "an expression between the brackets");
      cursor.expect(")", "to close the bracket");
      return inner;
    }
    case "#":
      return parseVariable(cursor);
    case "[":
      cursor.next();
      return {
        type: "compound",
        parts: [{ type: "variable", name: "this", at: token.at }, parseIndex(cursor, token.at, false)],
        at: token.at,
      };
    case "{":
      return parseInline(cursor);
    case "@":
    case "&":
      return parseBean(cursor);
    default: {
      const applied = parseBrackets(cursor, false);
      if (applied === null) return null;
      return { type: "compound", parts: [{ type: "variable", name: "this", at: token.at }, applied], at: token.at };
    }
  }
}

function parseWord(cursor: Cursor, token: Token): Expression {
  const word = token.text.toLowerCase();
  const following = cursor.peek(1);
  const followedBy = (sign: string): boolean => following.kind === "op" && following.text === sign;
  if (word === "true" || word === "false" || word === "null") {
    cursor.next();
    return { type: "literal", value: word === "null" ? null : word === "true", at: token.at };
  }
  if (token.text === "T" && followedBy("(")) {
    cursor.next();
    cursor.next();
    const name = parseTypeName(cursor);
    let dimensions = 0;
    while (cursor.take("[")) {
      cursor.expect("]", "in an array type");
      dimensions += 1;
    }
    cursor.expect(")", "to close the type");
    return { type: "type", name, dimensions, at: token.at };
  }
  if (word === "new" && !followedBy("]")) {
    cursor.next();
    const name = parseTypeName(cursor);
    if (cursor.peek().text === "[") return parseArray(cursor, name, token.at);
    return { type: "new", name, args: parseArguments(cursor), at: token.at };
  }
  return parseName(cursor, false);
}

function parseArray(cursor: Cursor, name: string, at: number): Expression {
  const sizes: (Expression | null)[] = [];
  while (cursor.take("[")) {
    if (cursor.take("]")) {
      sizes.push(null);
      continue;
    }
    sizes.push(required(cursor, "a size"));
    cursor.expect("]", "to close the size");
  }
  const list = cursor.peek().text === "{" ? parseInline(cursor) : null;
  const items = list !== null && list.type === "list" ? list.items : null;
  return { type: "newArray", name, sizes, items, at };
}

function parseBean(cursor: Cursor): Expression {
  const at = cursor.next().at;
  const token = cursor.next();
  if (!isName(token) && token.kind !== "string") throw syntaxError("Expected a name after '@'", token.at);
  return { type: "bean", name: token.text, at };
}

function parseTypeName(cursor: Cursor): string {
  let name = "";
  do {
    const part = cursor.next();
    if (!isName(part)) throw syntaxError("Expected the name of a type", part.at);
    name += (name === "" ? "" : ".") + (part.word ?? part.text);
  } while (cursor.take("."));
  return name;
}

function parseName(cursor: Cursor, safe: boolean): Expression {
  const token = cursor.next();
  const name = token.word ?? token.text;
  const next = cursor.peek();
  if (next.kind === "op" && next.text === "(")
    return { type: "method", name, args: parseArguments(cursor), safe, at: token.at };
  return { type: "property", name, safe, at: token.at };
}

function parseVariable(cursor: Cursor): Expression {
  const at = cursor.next().at;
  const token = cursor.next();
  if (!isName(token)) throw syntaxError("Expected a name after '#'", token.at);
  const name = token.word ?? token.text;
  const next = cursor.peek();
  if (next.kind === "op" && next.text === "(") return { type: "function", name, args: parseArguments(cursor), at };
  return { type: "variable", name, at };
}

/** A comma before the closing bracket is accepted: the engine's own insertion of the execution relies on it. */
function parseArguments(cursor: Cursor): Expression[] {
  cursor.expect("(", "before the arguments");
  const args: Expression[] = [];
  while (!cursor.take(")")) {
    args.push(required(cursor, "an argument"));
    if (!cursor.take(",")) {
      cursor.expect(")", "to close the arguments");
      break;
    }
  }
  return args;
}

function parseInline(cursor: Cursor): Expression {
  const at = cursor.next().at;
  if (cursor.take("}")) return { type: "list", items: [], at };
  if (cursor.take(":")) {
    cursor.expect("}", "to close the empty map");
    return { type: "map", entries: [], at };
  }
  const first = required(cursor, "an element");
  if (!cursor.take(":")) {
    const items = [first];
    while (cursor.take(",")) items.push(required(cursor, "an element"));
    cursor.expect("}", "to close the list");
    return { type: "list", items, at };
  }
  const entries: InlineMap["entries"][number][] = [{ key: first, value: required(cursor, "a value") }];
  while (cursor.take(",")) {
    const key = required(cursor, "a key");
    cursor.expect(":", "between key and value");
    entries.push({ key, value: required(cursor, "a value") });
  }
  cursor.expect("}", "to close the map");
  return { type: "map", entries, at };
}
