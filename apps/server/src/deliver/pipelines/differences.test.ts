import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { differencesBetween } from "./differences.ts";

const wait = (refId: string, waitTime: number) => ({ refId, type: "wait", waitTime });

describe("the differences of two versions", () => {
  test("name fields that were added, changed and taken away", () => {
    const before = { name: "a", description: "old", gone: [1], "a/b~c": 1 };
    const after = { name: "a", description: "new", added: null, "a/b~c": 2 };
    expect(differencesBetween(before, after)).toEqual([
      { pointer: "/description", before: "old", after: "new" },
      { pointer: "/gone", before: [1] },
      { pointer: "/a~1b~0c", before: 1, after: 2 },
      { pointer: "/added", after: null },
    ]);
  });

  test("a stage put in front leaves the others as they are", () => {
    const before = { stages: [wait("1", 5), wait("2", 6)] };
    const after = { stages: [wait("3", 1), wait("1", 5), wait("2", 7)] };
    expect(differencesBetween(before, after)).toEqual([
      { pointer: "/stages/refId=2/waitTime", before: 6, after: 7 },
      { pointer: "/stages/refId=3", after: wait("3", 1) },
    ]);
  });

  test("another order of the same is told as an order", () => {
    const [a, b] = [wait("1", 5), wait("2", 6)];
    expect(differencesBetween({ stages: [a, b] }, { stages: [b, a] })).toEqual([
      { pointer: "/stages", before: ["1", "2"], after: ["2", "1"] },
    ]);
  });

  test("lists without names are compared place by place", () => {
    expect(differencesBetween({ tags: ["a", "b"] }, { tags: ["a", "c", "d"] })).toEqual([
      { pointer: "/tags/1", before: "b", after: "c" },
      { pointer: "/tags/2", after: "d" },
    ]);
    const twice = { stages: [wait("1", 1), wait("1", 2)] };
    expect(differencesBetween(twice, { stages: [wait("1", 1), wait("1", 3)] })).toEqual([
      { pointer: "/stages/1/waitTime", before: 2, after: 3 },
    ]);
  });

  test("the stamps of a save are none, but fields of that name deeper are", () => {
    const stamped = (at: string) => ({ updateTs: at, lastModified: at, lastModifiedBy: at, inner: { updateTs: at } });
    expect(differencesBetween(stamped("1"), stamped("2"))).toEqual([
      { pointer: "/inner/updateTs", before: "1", after: "2" },
    ]);
  });

  test("a document has none from itself, and some from any other", () => {
    const document = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(document, (each) => {
        expect(differencesBetween(each as never, structuredClone(each) as never)).toEqual([]);
        const changed = { ...each, "another key": {} };
        expect(differencesBetween(each as never, changed as never).length).toBe("another key" in each ? 0 : 1);
      }),
    );
  });
});
