import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contentHash, saysTheSame, stableId } from "./content.ts";

const jsonObject = fc.dictionary(fc.string(), fc.jsonValue());

/** The same document with the keys of each object the other way round. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, turned(inner)]),
  );
}

describe("the hash of what a document says", () => {
  test("does not change with the order of keys, blanks, and what each save sets", () => {
    fc.assert(
      fc.property(jsonObject, fc.string(), fc.integer(), (document, id, time) => {
        const saved = {
          id,
          updateTs: String(time),
          lastModified: time,
          lastModifiedBy: id,
          ...(turned(document) as object),
        };
        const plain = Object.fromEntries(
          Object.entries(document).filter(
            ([key]) => !["id", "updateTs", "createTs", "lastModified", "lastModifiedBy"].includes(key),
          ),
        );
        expect(contentHash(JSON.stringify({ ...saved, ...plain, id }, null, 2))).toBe(
          contentHash(JSON.stringify(plain)),
        );
      }),
    );
  });

  test.each([
    ['{"a":1}', '{"a":2}'],
    ['{"a":[1,2]}', '{"a":[2,1]}'],
    ['{"a":12345678901234567890}', '{"a":12345678901234567891}'],
    ['{"a":{"id":1}}', '{"a":{"id":2}}'],
    ['{"a":null}', "{}"],
  ])("%s is not %s", (one, other) => expect(contentHash(one)).not.toBe(contentHash(other)));

  test("the spelling of a number says nothing", () => {
    expect(contentHash('{"a":1.0,"b":1e3,"c":-0.50}')).toBe(contentHash('{"a":1,"b":1000,"c":-0.5}'));
  });
});

test("a stored document says the same as the one it was made of", () => {
  const received = { name: "p", application: "Shop", stages: [] };
  const stored = {
    ...received,
    application: "shop",
    id: "1",
    index: 3,
    updateTs: "5",
    lastModified: 5,
    lastModifiedBy: "ann",
  };
  expect(saysTheSame(stored, received)).toBe(true);
  expect(saysTheSame({ ...stored, stages: [1] }, received)).toBe(false);
  expect(saysTheSame({ ...stored, more: 1 }, received)).toBe(false);
  expect(saysTheSame(stored, { ...received, index: 4 })).toBe(false);
  expect(saysTheSame(stored, { ...received, name: "P" })).toBe(false);
  expect(saysTheSame({ name: "shop", trafficGuards: [] }, { name: "Shop" })).toBe(true);
});

test("an id made of names is a UUID, the same each time and another for other names", () => {
  expect(stableId("pipeline", "shop", "a")).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(stableId("pipeline", "shop", "a")).toBe(stableId("pipeline", "shop", "a"));
  expect(stableId("pipeline", "shop", "a")).not.toBe(stableId("pipeline", "sho", "pa"));
});
