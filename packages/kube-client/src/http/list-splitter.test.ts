import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Readable } from "node:stream";
import { readListBody } from "../resources/list-body.ts";
import type { KubeObject } from "../objects.ts";
import { createListSplitter } from "./list-splitter.ts";
import { createSlices } from "./slices.ts";

function split(text: string, cuts: readonly number[]) {
  const bytes = Buffer.from(text);
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  const splitter = createListSplitter();
  const items = places.slice(1).flatMap((end, at) => splitter.push(bytes.subarray(places[at], end)));
  return { items: items.map((item) => JSON.parse(item.toString()) as unknown), envelope: splitter.end() };
}

describe("the list splitter", () => {
  test("gives the items and the rest of any list, however its bytes are cut", () => {
    const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 6 });
    const rest = fc.dictionary(
      fc.string().filter((name) => name !== "items"),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(
        rest,
        objects,
        rest,
        fc.array(fc.nat(), { maxLength: 8 }),
        fc.boolean(),
        (before, items, after, cuts, wide) => {
          const list = { ...before, items, ...after, metadata: { continue: 'a"]}\\' } };
          const text = JSON.stringify(list, null, wide ? 2 : 0);
          const result = split(text, cuts);
          expect(result.items).toEqual(JSON.parse(JSON.stringify(items)));
          expect(JSON.parse(result.envelope)).toEqual(JSON.parse(JSON.stringify({ ...list, items: [] })));
        },
      ),
    );
  });

  test("does not take other lists for the items", () => {
    const text = '{"kind":"items","a":[{"items":[{"x":1}]}],"metadata":{"items":[{"y":2}]},"items":[{"z":3}]}';
    expect(split(text, [7, 30]).items).toEqual([{ z: 3 }]);
  });
});

describe("a list body", () => {
  const kind = { apiVersion: "v1", kind: "Pod" };
  const read = (text: string, onItem: (item: KubeObject) => void = () => {}) =>
    readListBody(Readable.from([Buffer.from(text)]), kind, createSlices(), onItem);

  test("fills in the kind and tells how the list goes on", async () => {
    const items: KubeObject[] = [];
    const text =
      '{"metadata":{"resourceVersion":"7","continue":"t","remainingItemCount":3},"items":[{"metadata":{"name":"a"}}]}';
    expect(await read(text, (item) => items.push(item))).toEqual({
      resourceVersion: "7",
      continueToken: "t",
      remaining: 3,
    });
    expect(items).toEqual([{ ...kind, metadata: { name: "a" } }]);
  });

  test.each(['{"items":[{"metadata":{}}', '{"items":[]', "", '{"kind":"Pod"}', "[]"])("refuses %j", async (text) => {
    await expect(read(text)).rejects.toMatchObject({ reason: "Protocol" });
  });

  test("lets other work run while it is read", async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 0);
    const pod = JSON.stringify({ metadata: { name: "x", text: "y".repeat(20_000) } });
    await read(`{"items":[${Array(2_000).fill(pod).join(",")}]}`);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(1);
  });
});
