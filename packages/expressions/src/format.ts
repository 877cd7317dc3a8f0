import type { Expression } from "./ast.ts";
import { numberToText } from "./number-text.ts";
import { isNumber } from "./values.ts";

/** The expression as text that parses to the same tree, fully bracketed. */
export function formatExpression(node: Expression): string {
  switch (node.type) {
    case "literal":
      return literal(node.value);
    case "compound":
      return node.parts
        .map((part, index) => (index === 0 || part.type === "index" ? formatStart(part, index) : dotted(part)))
        .join("");
    case "unary":
      return `(${node.operator} ${formatExpression(node.operand)})`;
    case "increment": {
      const sign = node.by > 0 ? "++" : "--";
      return node.prefix ? `(${sign}${formatExpression(node.target)})` : `(${formatExpression(node.target)}${sign})`;
    }
    case "binary":
      return `(${formatExpression(node.left)} ${node.operator} ${formatExpression(node.right)})`;
    case "assign":
      return `(${formatExpression(node.target)} = ${formatExpression(node.value)})`;
    case "elvis":
      return `(${formatExpression(node.value)} ?: ${formatExpression(node.otherwise)})`;
    case "ternary":
      return `(${formatExpression(node.condition)} ? ${formatExpression(node.chosen)} : ${formatExpression(node.otherwise)})`;
    default:
      return part(node);
  }
}

function formatStart(node: Expression, index: number): string {
  return index > 0 && node.type === "index" && node.safe ? `?.${part(node)}` : formatExpression(node);
}

function dotted(node: Expression): string {
  const safe = "safe" in node && node.safe;
  return `${safe ? "?." : "."}${part(node)}`;
}

const all = (nodes: readonly Expression[]): string => nodes.map(formatExpression).join(", ");
const OPENINGS = { all: "?[", first: "^[", last: "$[" } as const;

function part(node: Expression): string {
  switch (node.type) {
    case "property":
      return node.name;
    case "index":
      return `[${formatExpression(node.index)}]`;
    case "method":
      return `${node.name}(${all(node.args)})`;
    case "function":
      return `#${node.name}(${all(node.args)})`;
    case "variable":
      return `#${node.name}`;
    case "projection":
      return `![${formatExpression(node.body)}]`;
    case "selection":
      return `${OPENINGS[node.which]}${formatExpression(node.criteria)}]`;
    case "type":
      return `T(${node.name}${"[]".repeat(node.dimensions)})`;
    case "new":
      return `new ${node.name}(${all(node.args)})`;
    case "list":
      return `{${all(node.items)}}`;
    case "map":
      return node.entries.length === 0
        ? "{:}"
        : `{${node.entries.map(({ key, value }) => `${formatExpression(key)}: ${formatExpression(value)}`).join(", ")}}`;
    default:
      return formatExpression(node);
  }
}

const SUFFIXES: Readonly<Record<string, string>> = { long: "L", float: "f", double: "d" };

function literal(value: Extract<Expression, { type: "literal" }>["value"]): string {
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
  if (value === null || typeof value === "boolean") return String(value);
  return isNumber(value) ? `${numberToText(value)}${SUFFIXES[value.kind] ?? ""}` : "null";
}
