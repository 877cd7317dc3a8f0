import fc from "fast-check";
import { expect, test } from "vitest";
import { checkFields, readFields } from "./check-fields.ts";
import * as f from "./fields.ts";
import { pointerOf, valueAt } from "./pointer.ts";

const schema = f.object({
  size: f.count,
  ratio: f.maybe(f.percent),
  on: f.maybe(f.flag),
  name: f.maybe(f.filledText),
  mode: f.maybe(f.choice(["rolling", "redblack"])),
  items: f.maybe(f.list(f.object({ value: f.text }))),
  options: f.maybe(f.map),
  codes: f.maybe(f.textsOrCommas),
});

test("reads with the tolerance of Spinnaker: number texts, flag texts, null as absent, comma lists", () => {
  const result = readFields(schema, {
    size: "3",
    ratio: " 50 ",
    on: "True",
    name: 7,
    mode: "RedBlack",
    items: null,
    codes: "A, B",
    more: 1,
  });
  expect(result).toEqual({
    ok: true,
    value: { size: 3, ratio: 50, on: true, name: "7", mode: "redblack", items: undefined, codes: ["A", "B"], more: 1 },
  });
});

test.each([
  [{ size: "many" }, "/size", 'must be a number, but is the text "many"'],
  [{}, "/size", "is required and must be a number"],
  [{ size: 1.5 }, "/size", "must be a whole number, but is 1.5"],
  [{ size: -1 }, "/size", "must be at least 0, but is -1"],
  [{ size: 1, ratio: 101 }, "/ratio", "must be at most 100, but is 101"],
  [{ size: 1, on: "maybe" }, "/on", 'must be true or false, but is the text "maybe"'],
  [{ size: 1, name: " " }, "/name", "must not be empty"],
  [
    { size: 1, mode: "redblak" },
    "/mode",
    'must be one of rolling, redblack, but is the text "redblak"; did you mean "redblack"?',
  ],
  [{ size: 1, items: {} }, "/items", "must be a list, but is an object"],
  [{ size: 1, items: [{ value: "a" }, {}] }, "/items/1/value", "is required and must be a text"],
  [{ size: 1, items: ["a"] }, "/items/0", 'must be an object, but is the text "a"'],
  [{ size: 1, options: [] }, "/options", "must be an object, but is a list"],
])("says where and why: %j", (document, pointer, reason) => {
  expect(checkFields(schema, document)).toEqual([{ pointer, reason }]);
});

test("all problems are told at once", () => {
  expect(checkFields(schema, { size: "x", on: 3, items: [1] }).map((problem) => problem.pointer)).toEqual([
    "/size",
    "/on",
    "/items/0",
  ]);
});

test("an expression is taken as right when a pipeline is saved, and as wrong when it is still there at run time", () => {
  const document = { size: "${parameters.size}", mode: "${ 'redblack' }", items: "${#readJson(x)}" };
  expect(checkFields(schema, document)).toEqual([]);
  expect(readFields(schema, document)).toMatchObject({
    ok: false,
    problems: [{ pointer: "/size" }, { pointer: "/mode" }, { pointer: "/items" }],
  });
});

test("long texts are cut in messages", () => {
  const [problem] = checkFields(schema, { size: "x".repeat(500) });
  expect(problem?.reason.length).toBeLessThan(100);
});

test("a pointer leads back to its value, whatever the keys", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 }), { maxLength: 5 }), (path) => {
      const document = path.reduceRight<unknown>((inner, key) => Object.fromEntries([[key, inner]]), "here");
      expect(valueAt(document, pointerOf(path))).toBe("here");
    }),
  );
  expect(valueAt({ a: 1 }, "/b/c")).toBeUndefined();
});
