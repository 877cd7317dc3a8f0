import type { Json } from "@gennaker/contract/json.ts";
import { expect, test } from "vitest";
import { matchesSubset } from "./trigger-subset.ts";

test.each<[value: Json, subset: Json, matches: boolean]>([
  [{ type: "manual", user: "ann" }, {}, true],
  [{ type: "manual", user: "ann" }, { type: "MANUAL" }, true],
  [{ type: "manual" }, { user: "ann" }, false],
  [{ source: "release-1.2" }, { source: "release-.*" }, true],
  [{ source: "a release-1.2" }, { source: "release-.*" }, false],
  [{ source: "[" }, { source: "[" }, true],
  [{ source: "x" }, { source: "[" }, false],
  [{ parameters: { n: 3, s: "3" } }, { parameters: { n: 3 } }, true],
  [{ parameters: { n: 3 } }, { parameters: { n: "3" } }, false],
  [{ rebake: false }, { rebake: false }, true],
  [{ rebake: true }, { rebake: false }, false],
  [{}, { user: null }, true],
  [{ user: "ann" }, { user: null }, false],
  [{ a: { b: 1 } }, { a: [] }, false],
  [{ a: {} }, { a: { toString: "x" } }, false],
])("%j against %j: %s", (value, subset, matches) => {
  expect(matchesSubset(value, subset)).toBe(matches);
});

test("each wanted item needs an item of its own, in whatever order they stand", () => {
  const items: Json = [{ name: "a", version: "1" }, { name: "a" }, { name: "b" }];
  expect(matchesSubset(items, [{ name: "a" }, { name: "a", version: "1" }])).toBe(true);
  expect(matchesSubset(items, [{ name: "a", version: "1" }, { name: "a" }])).toBe(true);
  expect(matchesSubset(items, [{ name: "a" }, { name: "a" }, { name: "a" }])).toBe(false);
  expect(matchesSubset(items, [{}, {}, {}])).toBe(true);
  expect(matchesSubset(items, [{}, {}, {}, {}])).toBe(false);
  expect(matchesSubset(items, [])).toBe(true);
});

test("a hostile pattern and many equal items cost little", () => {
  expect(matchesSubset("a".repeat(50_000), "(a+)+b")).toBe(false);
  const many = Array.from({ length: 60 }, () => ({ name: "a" }));
  expect(matchesSubset(many, [...many.slice(1), { name: "z" }])).toBe(false);
});
