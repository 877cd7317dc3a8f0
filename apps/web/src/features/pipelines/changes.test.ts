import { describe, expect, test } from "vitest";
import { versionsSearch } from "../../routes/search.ts";
import { kindOf, placeText, valueText } from "./changes.ts";

describe("a change between versions", () => {
  test.each([
    [{ pointer: "/a", after: 1 }, "added"],
    [{ pointer: "/a", before: null }, "removed"],
    [{ pointer: "/a", before: null, after: 1 }, "changed"],
  ])("%o is %s", (change, kind) => {
    expect(kindOf(change)).toBe(kind);
  });

  test("texts stand as they are, other values as JSON", () => {
    expect(valueText("a\nb")).toBe("a\nb");
    expect(valueText({ a: 1 })).toBe('{\n  "a": 1\n}');
    expect(valueText(null)).toBe("null");
  });

  test("its place is readable", () => {
    expect(placeText("/stages/refId=2/a~1b~0c")).toBe("stages › refId=2 › a/b~c");
    expect(placeText("")).toBe("");
  });
});

test("the address names a version by a whole number above zero", () => {
  expect(versionsSearch({ version: 3 })).toEqual({ version: 3 });
  expect([versionsSearch({ version: 0 }), versionsSearch({ version: "x" }), versionsSearch({})]).toEqual([{}, {}, {}]);
});
