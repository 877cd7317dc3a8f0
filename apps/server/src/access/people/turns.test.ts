import { expect, test, vi } from "vitest";
import { createTurns } from "./turns.ts";

test("so many work at once, so many wait, and more are refused", async () => {
  const { run: inTurn, check } = createTurns(2, 4);
  const ends: (() => void)[] = [];
  const begun: number[] = [];
  const work = (number: number) =>
    inTurn(async () => {
      begun.push(number);
      await new Promise<void>((resolve) => ends.push(resolve));
      return number;
    });
  const all = [work(1), work(2), work(3), work(4)];
  expect(check).toThrow("Too many people");
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
  const { run: inTurn } = createTurns(1, 2);
  const failing = inTurn(async () => Promise.reject(new Error("no")));
  const next = inTurn(async () => "next");
  await expect(failing).rejects.toThrow("no");
  expect(await next).toBe("next");
});

test("with rests the next one waits a while, and alone nobody does", async () => {
  vi.useFakeTimers();
  try {
    const { run } = createTurns(1, 8, true);
    const works = (ms: number) => run(() => new Promise<number>((resolve) => setTimeout(() => resolve(ms), ms)));
    const [first, second] = [works(10), works(10)];
    await vi.advanceTimersByTimeAsync(10);
    expect(await first).toBe(10);
    const told = { second: false };
    void second.then(() => (told.second = true));
    await vi.advanceTimersByTimeAsync(15);
    expect(told.second).toBe(false);
    await vi.advanceTimersByTimeAsync(20);
    expect(told.second).toBe(true);
    const third = works(10);
    await vi.advanceTimersByTimeAsync(10);
    expect(await third).toBe(10);
  } finally {
    vi.useRealTimers();
  }
});
