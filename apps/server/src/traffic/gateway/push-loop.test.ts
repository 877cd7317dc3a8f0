import { expect, test } from "vitest";
import { createPushLoop } from "./push-loop.ts";

function scene(outcome: () => Promise<void>) {
  const seen = { pushes: 0, atOnce: 0, most: 0, errors: [] as string[] };
  const loop = createPushLoop({
    retryMs: 20,
    tried: (error) => void (error && seen.errors.push(error.message)),
    async push() {
      seen.pushes += 1;
      seen.atOnce += 1;
      seen.most = Math.max(seen.most, seen.atOnce);
      try {
        await new Promise((resolve) => setTimeout(resolve, 2));
        await outcome();
      } finally {
        seen.atOnce -= 1;
      }
    },
  });
  loop.start();
  return { loop, seen };
}

test("many calls at once are two pushes, one after the other", async () => {
  const { loop, seen } = scene(async () => undefined);
  await Promise.all(Array.from({ length: 10 }, () => loop.soon()));
  expect(seen).toMatchObject({ pushes: 2, most: 1, errors: [] });
  await loop.stop();
});

test("a push that fails is tried again by itself until it goes well", async () => {
  let left = 3;
  const done = Promise.withResolvers<void>();
  const { loop, seen } = scene(async () => {
    if (left-- > 0) throw new Error("nobody there");
    done.resolve();
  });
  await loop.soon();
  await done.promise;
  expect(seen.errors).toEqual(["nobody there", "nobody there", "nobody there"]);
  await loop.stop();
});

test("many who ask while it fails leave one retry behind, not one each", async () => {
  const { loop, seen } = scene(async () => {
    throw new Error("nobody there");
  });
  for (let asked = 0; asked < 40; asked += 1) await loop.soon();
  const before = seen.pushes;
  // Time for a handful of single retries; forty of them would push far more often.
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(seen.pushes - before).toBeLessThan(15);
  await loop.stop();
  const stopped = seen.pushes;
  await loop.soon();
  expect(seen.pushes).toBe(stopped);
});
