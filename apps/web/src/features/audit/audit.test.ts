import { describe, expect, test } from "vitest";
import { auditSearch } from "../../routes/search.ts";
import { exportAddress, toQuery, withFields } from "./audit-filter.ts";
import { differencesOf } from "./differences.ts";

describe("differences", () => {
  test("are named by their places, with the sides that there are", () => {
    const before = { a: 1, list: [1, { x: "y" }], gone: true, "a/b~c": 1, same: { z: [] } };
    const after = { a: 2, list: [1, { x: "z" }, 3], new: null, "a/b~c": 2, same: { z: [] } };
    expect(differencesOf(before, after)).toEqual([
      { pointer: "/a", before: 1, after: 2 },
      { pointer: "/list/1/x", before: "y", after: "z" },
      { pointer: "/list/2", after: 3 },
      { pointer: "/gone", before: true },
      { pointer: "/a~1b~0c", before: 1, after: 2 },
      { pointer: "/new", after: null },
    ]);
  });
  test("something that was made or removed is one difference; the same is none", () => {
    expect(differencesOf(null, { a: 1 })).toEqual([{ pointer: "", after: { a: 1 } }]);
    expect(differencesOf({ a: 1 }, null)).toEqual([{ pointer: "", before: { a: 1 } }]);
    expect(differencesOf({ a: [1] }, { a: [1] })).toEqual([]);
    expect(differencesOf([1], { 0: 1 })).toEqual([{ pointer: "", before: [1], after: { 0: 1 } }]);
  });
  test("a thousand are cut", () => {
    const wide = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, index]));
    expect(differencesOf({}, wide)).toHaveLength(200);
  });
});

describe("the filter", () => {
  const search = auditSearch({
    q: "space",
    actor: "kim",
    outcome: "denied",
    until: "2026-05-04",
    from: "nonsense",
    x: 1,
  });
  test("is what fits of the address", () => {
    expect(search).toEqual({ q: "space", actor: "kim", outcome: "denied", until: "2026-05-04T00:00:00.000Z" });
    expect(auditSearch({ outcome: "odd" })).toEqual({});
  });
  test("becomes the server's query, also for the export", () => {
    expect(toQuery(search)).toEqual({ text: "space", actor: "kim", outcome: "denied", to: "2026-05-04T00:00:00.000Z" });
    expect(exportAddress({})).toBe("/api/v1/audit/export");
    expect(exportAddress({ actor: "a&b" })).toBe("/api/v1/audit/export?actor=a%26b");
  });
  test("loses fields that are emptied", () => {
    expect(withFields(search, { actor: "", q: undefined, action: "x.*" })).toEqual({
      outcome: "denied",
      until: "2026-05-04T00:00:00.000Z",
      action: "x.*",
    });
  });
});
