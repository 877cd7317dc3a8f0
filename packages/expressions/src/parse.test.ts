import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Expression } from "./ast.ts";
import { formatExpression } from "./format.ts";
import { parseExpression } from "./parse.ts";
import { tokenize } from "./tokens.ts";

/** The tree without positions. */
function shape(node: Expression): unknown {
  return JSON.parse(
    JSON.stringify(node, (key, value: unknown) =>
      key === "at" ? undefined : typeof value === "bigint" ? `${value}n` : value,
    ),
  );
}

const name = fc.constantFrom("a", "bc", "_x", "size", "T", "new", "lt");
const leaf = fc.oneof(
  name.filter((word) => word !== "new" && word !== "lt").map((word) => word),
  fc.integer({ min: 0, max: 2_147_483_647 }).map(String),
  fc.bigInt({ min: 0n, max: 2n ** 62n }).map((value) => `${value}L`),
  fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((value) => `${value.toExponential()}`),
  fc.string().map((text) => `'${text.replaceAll("'", "''")}'`),
  fc.constantFrom("true", "false", "null", "#this", "#x", "{}", "{:}", "T(Math)"),
);
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc
      .tuple(
        tie("expression"),
        fc.constantFrom("+", "-", "*", "/", "%", "^", "==", "<", ">=", "and", "or", "matches"),
        tie("expression"),
      )
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(fc.constantFrom("!", "-"), tie("expression")).map(([sign, a]) => `(${sign} ${a})`),
    fc.tuple(tie("expression"), tie("expression"), tie("expression")).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => `(${a} ?: ${b})`),
    fc.tuple(name, fc.constantFrom(".", "?."), name).map(([a, dot, b]) => `#x${dot}${b}.${a}`),
    fc.tuple(name, tie("expression")).map(([a, b]) => `#x.${a}(${b}, 1)[${b}]`),
    fc.tuple(fc.constantFrom("![", "?[", "^[", "$["), tie("expression")).map(([open, a]) => `#x.${open}${a}]`),
    fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => `{${a}, ${b}}`),
    fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => `{'k': ${a}, j: ${b}}`),
    tie("expression").map((a) => `#f(${a})`),
    tie("expression").map((a) => `new String(${a})`),
  ),
}));

describe("parseExpression", () => {
  test("gives the same tree after printing it", () => {
    fc.assert(
      fc.property(expression, (text) => {
        const tree = parseExpression(text);
        expect(shape(parseExpression(formatExpression(tree)))).toEqual(shape(tree));
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ["a + b * c", "(a + (b * c))"],
    ["a - b - c", "((a - b) - c)"],
    ["a or b and c", "(a or (b and c))"],
    ["a || b && !c", "(a or (b and (! c)))"],
    ["-2 ^ 2", "((- 2) ^ 2)"],
    ["a == b and c lt d", "((a == b) and (c < d))"],
    ["a ?: b ?: c", "(a ?: (b ?: c))"],
    ["a ? b : c ? d : e", "(a ? b : (c ? d : e))"],
    ["a.b?.c[0].d(1)", "a.b?.c[0].d(1)"],
    ["m.lt", "m.lt"],
    ["#f( #root.execution, )", "#f(#root.execution)"],
    ["x = y + 1", "(x = (y + 1))"],
    ["a++ + ++b", "((a++) + (++b))"],
    ["m?.['k']", "m?.['k']"],
    ["{a: 1, 'b': {2}}", "{a: 1, 'b': {2}}"],
    ["1.toString()", "1.toString()"],
    ["'it''s'", "'it''s'"],
    ["a INSTANCEOF T(String)", "(a instanceof T(String))"],
  ])("%s means %s", (text, meaning) => {
    expect(formatExpression(parseExpression(text))).toBe(meaning);
  });

  test.each([
    ["", 0, "no expression"],
    ["a b", 2, "more text"],
    ["a +", 2, "after '+'"],
    ["(a", 2, "Expected ')'"],
    ["a[", 2, "an index"],
    ["a.", 2, "after the dot"],
    ["'abc", 0, "no closing '"],
    ["a ? b", 5, "Expected ':'"],
    ["2147483648", 0, "does not fit an int"],
    ["1.5L", 0, "cannot be a long"],
    ["0x", 0, "at least one digit"],
    ["1e", 0, "exponent"],
    ["a \\ b", 2, "backslash"],
    ["a ; b", 2, "not part of the expression language"],
    ["new", 3, "name of a type"],
    ["#", 1, "after '#'"],
    ["f(a,,b)", 4, "an argument"],
  ])("%s is wrong at %i", (text, position, reason) => {
    expect(() => parseExpression(text)).toThrow(
      expect.objectContaining({
        name: "ExpressionError",
        code: "syntax",
        position,
        message: expect.stringContaining(reason) as string,
      }) as Error,
    );
  });

  test("nodes know where they begin", () => {
    expect(parseExpression("ab + cd.ef")).toMatchObject({
      at: 3,
      left: { at: 0 },
      right: { at: 5, parts: [{ at: 5 }, { at: 8 }] },
    });
  });
});

test("tokens carry their kind, text and place", () => {
  expect(tokenize("a lt 0xFFL")).toEqual([
    { kind: "name", text: "a", at: 0, end: 1 },
    { kind: "op", text: "<", word: "lt", at: 2, end: 4 },
    { kind: "long", text: "0xFF", at: 5, end: 10 },
    { kind: "end", text: "", at: 10, end: 10 },
  ]);
});
