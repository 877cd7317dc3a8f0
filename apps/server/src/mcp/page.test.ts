import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { outline, page } from "./page.ts";

type Page = { items: unknown[]; total: number; nextOffset?: number };

describe("pages", () => {
  test("a list is read whole by following nextOffset, each page within the size", () => {
    const entries = fc.array(fc.record({ name: fc.string({ maxLength: 60 }), n: fc.integer() }), { maxLength: 80 });
    fc.assert(
      fc.property(entries, fc.integer({ min: 120, max: 2_000 }), (list, longest) => {
        const read: unknown[] = [];
        for (let offset: number | undefined = 0; offset !== undefined;) {
          const answer = page(list, { offset }, longest) as Page;
          expect(answer.total).toBe(list.length);
          expect(answer.items.length).toBeGreaterThan(list.length === 0 ? -1 : 0);
          read.push(...answer.items);
          offset = answer.nextOffset;
        }
        expect(read).toHaveLength(list.length);
        if (longest > 500) expect(read).toEqual(list);
      }),
    );
  });

  test("an entry that is too long by itself is outlined, and the next page goes on behind it", () => {
    const list = [{ text: "x".repeat(500) }, { text: "short" }];
    expect(page(list, {}, 100)).toEqual({
      items: [{ tooLong: true, outline: { text: "text of 500 characters" } }],
      total: 2,
      nextOffset: 1,
    });
    expect(page(list, { offset: 1 }, 100)).toEqual({ items: [{ text: "short" }], total: 2 });
  });

  test("a long document is outlined; its parts are read by their pointers", () => {
    const document = { stages: [{ "a/b": "y".repeat(300), name: "n" }], name: "p" };
    expect(page(document, {}, 200)).toMatchObject({ tooLong: true, outline: { name: "p", stages: { list: 1 } } });
    expect(page(document, { pointer: "/stages/0/name" }, 200)).toBe("n");
    expect(page(document, { pointer: "/stages/0/a~1b" }, 200)).toEqual({
      text: "y".repeat(200),
      total: 300,
      nextOffset: 200,
    });
    expect(page(document, { pointer: "/stages/0/a~1b", offset: 200 }, 200)).toEqual({
      text: "y".repeat(100),
      total: 300,
    });
    expect(page(document, { pointer: "/none/__proto__" }, 200)).toMatchObject({
      error: "There is nothing at /none/__proto__.",
    });
    expect(page({ name: "short" }, {}, 200)).toEqual({ name: "short" });
  });

  test("an outline stays short whatever is in it", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        expect(() => JSON.stringify(outline(value))).not.toThrow();
      }),
    );
    const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, index]));
    expect(JSON.stringify(outline(wide)).length).toBeLessThan(2_000);
  });
});
