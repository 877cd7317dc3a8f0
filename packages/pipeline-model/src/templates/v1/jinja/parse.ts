import type { Expression } from "./expression.ts";
import { parseExpression } from "./expression.ts";
import type { Piece } from "./scan.ts";
import { scan } from "./scan.ts";

/** An expression with its text, for messages. */
export type Source = { text: string; evaluate: Expression };

export type Node =
  | { kind: "text"; text: string }
  | { kind: "output"; value: Source }
  | { kind: "if"; branches: { condition: Source | null; body: Node[] }[] }
  | { kind: "for"; names: string[]; list: Source; body: Node[]; otherwise: Node[] }
  | { kind: "set"; name: string; value: Source }
  | { kind: "module"; id: string; parameters: { name: string; text: string; value: Source | null }[] };

/** A template as a tree, or why it cannot be read. */
export function parseTemplate(template: string): { nodes: Node[] } | { fault: string } {
  const pieces = scan(template);
  if (!Array.isArray(pieces)) return pieces;
  try {
    return { nodes: build(pieces) };
  } catch (error) {
    if (error instanceof SyntaxError) return { fault: error.message };
    throw error;
  }
}

function build(pieces: readonly Piece[]): Node[] {
  let at = 0;
  const body = (ends: readonly string[]): { nodes: Node[]; end: Extract<Piece, { kind: "tag" }> | null } => {
    const nodes: Node[] = [];
    for (;;) {
      const piece = pieces[at];
      at += 1;
      if (piece === undefined) {
        if (ends.length > 0) throw new SyntaxError(`has no {% ${ends.at(-1)} %}`);
        return { nodes, end: null };
      }
      if (piece.kind === "text") nodes.push({ kind: "text", text: piece.text });
      else if (piece.kind === "output") nodes.push({ kind: "output", value: source(piece.text) });
      else if (ends.includes(piece.name)) return { nodes, end: piece };
      else nodes.push(tag(piece.name, piece.text));
    }
  };
  const tag = (name: string, text: string): Node => {
    if (name === "if" || name === "unless") return conditional(name === "if" ? text : `not (${text})`);
    if (name === "for") return loop(text);
    if (name === "set") {
      const [, target, value] = /^([A-Za-z_]\w*)\s*=(?!=)\s*([^]+)$/.exec(text) ?? [];
      if (target === undefined || value === undefined)
        throw new SyntaxError(`has a set that is not "name = value": ${text}`);
      return { kind: "set", name: target, value: source(value) };
    }
    if (name === "module") return moduleTag(text);
    throw new SyntaxError(`uses {% ${name} %}, which is not supported; for, if, set, module and raw are`);
  };
  const conditional = (text: string): Node => {
    const branches: { condition: Source | null; body: Node[] }[] = [];
    let condition: Source | null = source(text);
    for (;;) {
      const { nodes, end } = body(
        condition === null ? ["endif", "endunless"] : ["elif", "elseif", "else", "endunless", "endif"],
      );
      branches.push({ condition, body: nodes });
      if (end === null || end.name.startsWith("end")) return { kind: "if", branches };
      condition = end.name === "else" ? null : source(end.text);
    }
  };
  const loop = (text: string): Node => {
    const [, names, list] = /^([\w\s,]+?)\s+in\s+([^]+)$/.exec(text) ?? [];
    if (names === undefined || list === undefined)
      throw new SyntaxError(`has a for that is not "name in list": ${text}`);
    const { nodes, end } = body(["else", "endfor"]);
    const otherwise = end?.name === "else" ? body(["endfor"]).nodes : [];
    return {
      kind: "for",
      names: names.split(",").map((name) => name.trim()),
      list: source(list),
      body: nodes,
      otherwise,
    };
  };
  return body([]).nodes;
}

function source(text: string): Source {
  const parsed = parseExpression(text);
  if ("fault" in parsed) throw new SyntaxError(`has an expression that ${parsed.fault}: ${text}`);
  return { text, evaluate: parsed.expression };
}

/** `module id name=value, other=value`; a value that is no expression is a text. */
function moduleTag(text: string): Node {
  const [id = "", ...rest] = splitParameters(text);
  if (id === "") throw new SyntaxError("has a module tag without the id of a module");
  const parameters = rest.map((part) => {
    const [, name, value] = /^([\w.-]+)\s*=(?!=)\s*([^]*)$/.exec(part) ?? [];
    if (name === undefined || value === undefined)
      throw new SyntaxError(`has a module tag whose parameter is not "name=value": ${part}`);
    const parsed = parseExpression(value);
    return { name, text: value, value: "fault" in parsed ? null : { text: value, evaluate: parsed.expression } };
  });
  return { kind: "module", id, parameters };
}

/** Cuts at commas and blanks that stand outside of quotes and brackets and before the next `name=`. */
function splitParameters(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  let depth = 0;
  let quote = "";
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? "";
    if (quote !== "") quote = char === quote ? "" : quote;
    else if (char === '"' || char === "'") quote = char;
    else if ("([{".includes(char)) depth += 1;
    else if (")]}".includes(char)) depth -= 1;
    else if (depth === 0 && (char === "," || /^\s+[\w.-]+\s*=(?!=)/.test(text.slice(at)))) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(text.slice(from));
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}
