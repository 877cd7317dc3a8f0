import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { ahead } from "./ahead.ts";

test("results come in order, and no more than so many run at once", async () => {
  let running = 0;
  let most = 0;
  const jobs = [5, 1, 4, 0, 3, 2].map((turns, index) => async () => {
    running += 1;
    most = Math.max(most, running);
    for (let turn = 0; turn < turns; turn += 1) await setImmediate();
    running -= 1;
    return index;
  });
  const seen: number[] = [];
  for await (const each of ahead(jobs, 3)) seen.push(each);
  expect([seen, most]).toEqual([[0, 1, 2, 3, 4, 5], 3]);
  for await (const _none of ahead([], 3)) throw new Error("nothing was to come");
});

test("a failure comes in its turn, after what was before it", async () => {
  const seen: number[] = [];
  const jobs = [async () => 1, async () => Promise.reject(new Error("second")), async () => 3];
  await expect(
    (async () => {
      for await (const each of ahead(jobs, 3)) seen.push(each);
    })(),
  ).rejects.toThrow("second");
  expect(seen).toEqual([1]);
});
