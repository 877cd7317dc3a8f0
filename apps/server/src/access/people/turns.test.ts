import { expect, test } from "vitest";
import { createTurns } from "./turns.ts";

test("so many work at once, so many wait, and more are refused", async () => {
  const inTurn = createTurns(2, 4);
  const ends: (() => void)[] = [];
  const begun: number[] = [];
  const work = (number: number) =>
    inTurn(async () => {
      begun.push(number);
      await new Promise<void>((resolve) => ends.push(resolve));
      return number;
    });
  const all = [work(1), work(2), work(3), work(4)];
  await expect(work(5)).rejects.toMatchObject({ code: "too_many_requests" });
  expect(begun).toEqual([1, 2]);
  ends.shift()?.();
  expect(await all[0]).toBe(1);
  await Promise.resolve();
  expect(begun).toEqual([1, 2, 3]);
  while (ends.length > 0) {
    ends.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await Promise.all(all)).toEqual([1, 2, 3, 4]);
});

test("work that fails gives its place on", async () => {
  const inTurn = createTurns(1, 2);
  const failing = inTurn(async () => Promise.reject(new Error("no")));
  const next = inTurn(async () => "next");
  await expect(failing).rejects.toThrow("no");
  expect(await next).toBe("next");
});
