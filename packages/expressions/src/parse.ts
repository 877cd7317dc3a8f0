import type { BinaryOperator, Expression } from "./ast.ts";
import { syntaxError } from "./errors.ts";
import { DEFAULT_LIMITS, limitError } from "./limits.ts";
import { parsePrimary } from "./parse-primary.ts";
import { createCursor } from "./parse-cursor.ts";
import type { Cursor, ParseLimits } from "./parse-cursor.ts";
import { tokenize } from "./tokens.ts";

/**
 * Parses one expression, without `${` and `}`. Precedence from loose to tight: assignment, Elvis and ternary; or; and;
 * one comparison; sum; product; one power; prefix; postfix. Throws only `ExpressionError`.
 */
export function parseExpression(text: string, limits: ParseLimits = DEFAULT_LIMITS): Expression {
  if (text.length > limits.expressionLength) {
    throw limitError(`is longer than ${limits.expressionLength} characters`);
  }
  const cursor = createCursor(tokenize(text), limits.depth, parseWhole);
  const expression = parseWhole(cursor);
  if (expression === null) throw syntaxError("There is no expression here", 0);
  const rest = cursor.peek();
  if (rest.kind !== "end") {
    throw syntaxError(
      `After a complete expression there is more text, beginning with '${text.slice(rest.at, rest.at + 20)}'`,
      rest.at,
    );
  }
  return expression;
}

/** Null where no expression begins; the caller decides whether that is an error. */
function parseWhole(cursor: Cursor): Expression | null {
  cursor.enter();
  const expression = parseTail(cursor);
  cursor.leave();
  return expression;
}

function parseTail(cursor: Cursor): Expression | null {
  const first = parseOr(cursor);
  const at = cursor.peek().at;
  const missing: Expression = { type: "literal", value: null, at };
  if (cursor.take("=")) {
    return { type: "assign", target: first ?? missing, value: demand(parseOr(cursor), "a value to assign", at), at };
  }
  if (cursor.take("?:")) {
    return {
      type: "elvis",
      value: demand(first, "a value before '?:'", at),
      otherwise: parseWhole(cursor) ?? missing,
      at,
    };
  }
  if (cursor.take("?")) {
    const chosen = demand(parseWhole(cursor), "a value after '?'", at);
    cursor.expect(":", "between the two results of a condition");
    const otherwise = demand(parseWhole(cursor), "a value after ':'", at);
    return { type: "ternary", condition: demand(first, "a condition before '?'", at), chosen, otherwise, at };
  }
  return first;
}

function demand(expression: Expression | null, what: string, at: number): Expression {
  if (expression === null) throw syntaxError(`Expected ${what}`, at);
  return expression;
}

type Level = (cursor: Cursor) => Expression | null;

function binary(left: Expression | null, operator: BinaryOperator, at: number, right: Expression | null): Expression {
  return {
    type: "binary",
    operator,
    left: demand(left, `a value before '${operator}'`, at),
    right: demand(right, `a value after '${operator}'`, at),
    at,
  };
}

function parseChain(
  cursor: Cursor,
  next: Level,
  operator: (cursor: Cursor) => BinaryOperator | null,
): Expression | null {
  let left = next(cursor);
  for (;;) {
    const at = cursor.peek().at;
    const sign = operator(cursor);
    if (sign === null) return left;
    left = binary(left, sign, at, next(cursor));
  }
}

const parseOr: Level = (cursor) =>
  parseChain(cursor, parseAnd, (at) => (at.take("||") || at.takeWord("or") ? "or" : null));

const parseAnd: Level = (cursor) =>
  parseChain(cursor, parseComparison, (at) => (at.take("&&") || at.takeWord("and") ? "and" : null));

const COMPARISONS = ["==", "!=", "<=", ">=", "<", ">"] as const;
const COMPARISON_WORDS = ["instanceof", "matches", "between"] as const;
const SUMS = ["+", "-"] as const;
const PRODUCTS = ["*", "/", "%"] as const;

const parseComparison: Level = (cursor) => {
  const left = parseSum(cursor);
  const at = cursor.peek().at;
  const sign = cursor.takeOneOf(COMPARISONS) ?? COMPARISON_WORDS.find((word) => cursor.takeWord(word));
  return sign === undefined ? left : binary(left, sign, at, parseSum(cursor));
};

const parseSum: Level = (cursor) => parseChain(cursor, parseProduct, (at) => at.takeOneOf(SUMS) ?? null);

const parseProduct: Level = (cursor) => parseChain(cursor, parsePower, (at) => at.takeOneOf(PRODUCTS) ?? null);

const parsePower: Level = (cursor) => {
  const left = parseUnary(cursor);
  const at = cursor.peek().at;
  if (cursor.take("^")) return binary(left, "^", at, parseUnary(cursor));
  if (left === null) return null;
  if (cursor.take("++")) return { type: "increment", by: 1, prefix: false, target: left, at };
  if (cursor.take("--")) return { type: "increment", by: -1, prefix: false, target: left, at };
  return left;
};

const UNARY = ["!", "-", "+"] as const;

const parseUnary: Level = (cursor) => {
  const at = cursor.peek().at;
  const sign = cursor.takeOneOf(UNARY);
  const step = sign === undefined ? cursor.takeOneOf(["++", "--"]) : undefined;
  if (sign === undefined && step === undefined) return parsePrimary(cursor);
  cursor.enter();
  const operand = demand(parseUnary(cursor), `a value after '${sign ?? step}'`, at);
  cursor.leave();
  if (sign !== undefined) return { type: "unary", operator: sign, operand, at };
  return { type: "increment", by: step === "++" ? 1 : -1, prefix: true, target: operand, at };
};
