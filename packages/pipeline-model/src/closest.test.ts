import fc from "fast-check";
import { expect, test } from "vitest";
import { closest, slipsBetween } from "./closest.ts";

test.each([
  ["deploi", "deploy"],
  ["wiat", "wait"],
  ["manualJudgement", "manualJudgment"],
  ["WEBHOOK", "webhook"],
  ["kayentaCanary", null],
  ["x", null],
])("%s is closest to %s", (word, wanted) => {
  expect(closest(word, ["deploy", "wait", "manualJudgment", "webhook"])).toBe(wanted);
});

test("a swap of neighbours is one slip", () => {
  expect(slipsBetween("ab", "ba")).toBe(1);
  expect(slipsBetween("abc", "abcd")).toBe(1);
  expect(slipsBetween("abc", "abcdefg")).toBe(Number.POSITIVE_INFINITY);
});

test("slips are symmetric, and none between equal words", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(slipsBetween(a, a)).toBe(0);
      expect(slipsBetween(a, b)).toBe(slipsBetween(b, a));
    }),
  );
});
