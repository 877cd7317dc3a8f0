import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findJsonFault } from "./find-json-fault.ts";
import { parseJsonBody } from "./json-body.ts";

function refusalOf(text: string): { message: string; problems: readonly unknown[] } {
  try {
    parseJsonBody(text);
  } catch (error) {
    return error as { message: string; problems: readonly unknown[] };
  }
  throw new Error(`accepted ${text}`);
}

describe("a text that is no JSON", () => {
  test.each([
    ["", 1, 1, "a value"],
    ["{", 1, 2, "a name in double quotes"],
    ['{"a" 1}', 1, 6, "a colon"],
    ['{"a": 1,\n  "b": x}', 2, 8, "a value"],
    ['{"a": 1,\n  "b": 2,}', 2, 10, "a name in double quotes"],
    ["[1 2]", 1, 4, "a comma or ]"],
    ["[1] 2", 1, 5, "the end"],
    ['["abc', 1, 6, "a closing quote"],
    ['["a\\x"]', 1, 4, "a valid escape"],
    ['["a\tb"]', 1, 4, "no bare control character"],
    ["{'a': 1}", 1, 2, "a name in double quotes"],
    ["nul", 1, 1, "a value"],
    ["01", 1, 2, "the end"],
    ["-", 1, 1, "a value"],
    ["[1.]", 1, 3, "a comma or ]"],
  ])("%j is refused at line %d, column %d: %s", (text, line, column, expected) => {
    expect(findJsonFault(text)).toMatchObject({ line, column, expected });
    expect(refusalOf(text).message).toContain(`line ${line}, column ${column}: expected ${expected}`);
    expect(refusalOf(text).problems).toHaveLength(1);
  });

  test("is told without quoting it", () => {
    expect(refusalOf('{"password": "hunter2" "x"}').message).not.toContain("hunter2");
  });

  test("the locator agrees with JSON.parse on any text", () => {
    const pieces = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"',
      '"a"',
      "1",
      "-",
      "e5",
      "0",
      ".5",
      "true",
      "nul",
      " ",
      "\n",
      "\\",
      "\\n",
      "\\u00",
      "é",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(pieces, { maxLength: 12 }).map((all) => all.join("")),
          fc.json(),
        ),
        (text) => {
          let parses = true;
          try {
            JSON.parse(text);
          } catch {
            parses = false;
          }
          expect(findJsonFault(text) === null).toBe(parses);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

describe("a text that is JSON", () => {
  test("is read as JSON.parse reads it", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (text) => {
        if (text.includes("__proto__")) return;
        expect(parseJsonBody(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test.each(['{"a":{"__proto__":{"x":1}},"b":2}', '{"a":{"\\u005f_proto__":{"x":1}},"b":2}'])(
    "%s loses the key that would change a prototype",
    (text) => {
      expect(JSON.stringify(parseJsonBody(text))).toBe('{"a":{},"b":2}');
    },
  );

  test("may be nested 200 deep and no deeper", () => {
    expect(parseJsonBody(`${"[".repeat(200)}${"]".repeat(200)}`)).toHaveLength(1);
    expect(refusalOf(`${"[".repeat(201)}${"]".repeat(201)}`).message).toMatch(/200 levels/);
    expect(refusalOf("[".repeat(1_000_000)).message).toMatch(/200 levels/);
    expect(parseJsonBody(JSON.stringify({ text: "[".repeat(5_000) }))).toEqual({ text: "[".repeat(5_000) });
  });
});
