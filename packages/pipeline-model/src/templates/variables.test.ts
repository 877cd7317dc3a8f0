import { expect, test } from "vitest";
import type { Json } from "@gennaker/contract/json.ts";
import { rawJson } from "@gennaker/expressions/values.ts";
import { TemplateFault } from "./fault.ts";
import { assignVariables, readVariables, typeFault } from "./variables.ts";

test.each<[string, Json, boolean]>([
  ["int", 5, true],
  ["INT", 5, true],
  ["int", rawJson("5.0") as unknown as Json, true],
  ["int", 5.5, false],
  ["int", 2 ** 31, false],
  ["int", "5", false],
  ["float", 1.5, true],
  ["float", 1, true],
  ["float", "1.5", false],
  ["string", "x", true],
  ["string", 5, false],
  ["bool", true, true],
  ["boolean", false, true],
  ["boolean", "true", false],
  ["list", [], true],
  ["list", {}, false],
  ["object", {}, true],
  ["object", "anything", true],
])("type %s takes %j: %s", (type, value, fits) => {
  expect(typeFault(type, value) === null).toBe(fits);
});

test("a type that does not exist is told with those that do", () => {
  expect(typeFault("map", {})).toContain("int, integer, float, double, string, bool, boolean, list, object");
});

function problems(list: Json, given: Record<string, Json>) {
  try {
    return assignVariables(readVariables(list, "/template/variables"), given, "/instance/variables");
  } catch (error) {
    if (error instanceof TemplateFault) return error.problems.map(({ pointer, reason }) => `${pointer} ${reason}`);
    throw error;
  }
}

test("the instance's value wins over the default, and undeclared ones are ignored", () => {
  expect(
    problems(
      [
        { name: "a", defaultValue: 1 },
        { name: "b", defaultValue: 2 },
      ],
      { b: 3, c: 4 },
    ),
  ).toEqual({ a: 1, b: 3 });
});

test("a nullable variable may be absent or null and then has no value; null does not take the default", () => {
  expect(
    problems(
      [
        { name: "a", nullable: true },
        { name: "b", nullable: "true", defaultValue: 1 },
      ],
      { b: null },
    ),
  ).toEqual({});
});

test("every missing value and wrong type is told at once, each with its place", () => {
  const list = [
    { name: "size", type: "int" },
    { name: "region", type: "string" },
    { name: "mode", type: "bool", defaultValue: "on" },
    { name: "n" },
  ];
  expect(problems(list, { sizes: 5, region: 5, n: null })).toEqual([
    '/instance/variables/size is required: variable "size" (int) has no default; there is a value for "sizes", which the template does not declare',
    "/instance/variables/region must be of type string, but is 5",
    '/template/variables/2/defaultValue must be of type bool, but is the text "on"',
    '/instance/variables/n is null, but variable "n" is not nullable; give it a value',
  ]);
});

test("a variable named like a part of JavaScript is a variable", () => {
  expect(Object.keys(problems([{ name: "__proto__", defaultValue: { a: 1 } }], {}))).toEqual(["__proto__"]);
});
