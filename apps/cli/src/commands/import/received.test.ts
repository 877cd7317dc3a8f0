import { expect, test } from "vitest";
import { inParts, oneAhead } from "./received.ts";
import type { Received } from "./received.ts";

async function* items(count: number, length: number): AsyncGenerator<Received> {
  for (let index = 0; index < count; index += 1) yield { source: "s", text: "x".repeat(length) };
}

test("parts fit one request by number and by length; what is longer goes alone", async () => {
  const sizes = async (count: number, length: number) => {
    const found: number[] = [];
    for await (const { items: part } of inParts(items(count, length))) found.push(part.length);
    return found;
  };
  expect(await sizes(120, 10)).toEqual([50, 50, 20]);
  expect(await sizes(5, 900_000)).toEqual([2, 2, 1]);
  expect(await sizes(2, 5_000_000)).toEqual([1, 1]);
  expect(await sizes(0, 1)).toEqual([]);
});

test("the next is read while this one is worked on, and no more", async () => {
  const read: number[] = [];
  async function* source() {
    for (let index = 0; index < 4; index += 1) {
      read.push(index);
      yield index;
    }
  }
  const seen: string[] = [];
  for await (const each of oneAhead(source())) {
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(`${each}: ${read.join("")}`);
  }
  expect(seen).toEqual(["0: 01", "1: 012", "2: 0123", "3: 0123"]);
});

test("a failure of the source comes after what was read before it, and an early end closes the source", async () => {
  let closed = false;
  async function* source() {
    try {
      yield 1;
      yield 2;
      throw new Error("gone");
    } finally {
      closed = true;
    }
  }
  const seen: number[] = [];
  await expect(
    (async () => {
      for await (const each of oneAhead(source())) seen.push(each);
    })(),
  ).rejects.toThrow("gone");
  expect([seen, closed]).toEqual([[1, 2], true]);
  closed = false;
  for await (const _each of oneAhead(source())) break;
  await new Promise((resolve) => setImmediate(resolve));
  expect(closed).toBe(true);
});
