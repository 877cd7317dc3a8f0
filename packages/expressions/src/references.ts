import type { Expression } from "./ast.ts";
import { parseExpression } from "./parse.ts";

/** What an expression asks for, found without evaluating it. */
export type References = {
  /** Names of the context, each with the first name read from it: `trigger.user` and `trigger['user']` are `{trigger, user}`. */
  readonly names: readonly { readonly name: string; readonly member: string | null }[];
  /** Helper functions without `#`, each with its first argument where that is a plain text. */
  readonly functions: readonly { readonly name: string; readonly argument: string | null }[];
};

type Found = {
  names: { name: string; member: string | null }[];
  functions: { name: string; argument: string | null }[];
};

/** Reads one expression, without `${` and `}`. Names inside of a selection or projection are its elements'. Throws `ExpressionError`. */
export function referencesOf(expression: string): References {
  const found: Found = { names: [], functions: [] };
  walk(parseExpression(expression), found, false);
  return found;
}

function walk(node: Expression, found: Found, ofElement: boolean): void {
  if (node.type === "compound") walkParts(node.parts, found, ofElement);
  else if (node.type === "property" && !ofElement) found.names.push({ name: node.name, member: null });
  else if (node.type === "function") {
    const [first] = node.args;
    const argument = first?.type === "literal" && typeof first.value === "string" ? first.value : null;
    found.functions.push({ name: node.name, argument });
  }
  for (const [inner, element] of insideOf(node)) walk(inner, found, ofElement || element);
}

/** The start is a name of the context, or what is read from `#root`; the rest are members. */
function walkParts(parts: readonly Expression[], found: Found, ofElement: boolean): void {
  const [start, ...rest] = parts;
  const fromRoot = start?.type === "variable" && start.name === "root";
  const named = fromRoot ? memberOf(rest[0]) : start?.type === "property" && !ofElement ? start.name : null;
  if (named !== null) found.names.push({ name: named, member: memberOf(rest[fromRoot ? 1 : 0]) });
  for (const part of parts) {
    if (part.type === "property") continue;
    walk(part, found, ofElement);
  }
}

function memberOf(part: Expression | undefined): string | null {
  if (part?.type === "property") return part.name;
  if (part?.type !== "index" || part.index.type !== "literal") return null;
  return typeof part.index.value === "string" ? part.index.value : null;
}

/** The expressions directly inside of one, and whether their bare names are those of an element. */
function insideOf(node: Expression): readonly (readonly [Expression, boolean])[] {
  const plain = (...nodes: readonly Expression[]) => nodes.map((each) => [each, false] as const);
  switch (node.type) {
    case "index":
      return plain(node.index);
    case "method":
    case "function":
    case "new":
      return plain(...node.args);
    case "newArray":
      return plain(...(node.items ?? []), ...node.sizes.filter((size) => size !== null));
    case "projection":
      return [[node.body, true]];
    case "selection":
      return [[node.criteria, true]];
    case "list":
      return plain(...node.items);
    case "map":
      return plain(...node.entries.flatMap(({ key, value }) => (key.type === "property" ? [value] : [key, value])));
    case "unary":
      return plain(node.operand);
    case "increment":
      return plain(node.target);
    case "binary":
      return plain(node.left, node.right);
    case "assign":
      return plain(node.target, node.value);
    case "elvis":
      return plain(node.value, node.otherwise);
    case "ternary":
      return plain(node.condition, node.chosen, node.otherwise);
    default:
      return [];
  }
}
