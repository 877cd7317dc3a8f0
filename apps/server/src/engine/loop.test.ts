import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createLoop } from "./loop.ts";

test("a step never runs twice at once, and once more after kicks that came meanwhile", async () => {
  let inside = 0;
  let most = 0;
  let runs = 0;
  const loop = createLoop(
    () => undefined,
    "testing",
    async () => {
      runs += 1;
      inside += 1;
      most = Math.max(most, inside);
      await sleep(5);
      inside -= 1;
    },
  );
  for (let index = 0; index < 10; index += 1) loop.kick();
  await sleep(60);
  await loop.stop();
  expect([most, runs]).toEqual([1, 2]);
});

test("a step that fails is said once and tried again on its own", async () => {
  const said: string[] = [];
  let tries = 0;
  const done = Promise.withResolvers<void>();
  const loop = createLoop(
    (_level, message) => said.push(message),
    "testing",
    async () => {
      tries += 1;
      if (tries < 3) throw new Error("not yet");
      done.resolve();
    },
  );
  loop.kick();
  await done.promise;
  await loop.stop();
  expect(tries).toBe(3);
  expect(said).toEqual(["testing failed and is tried again: not yet"]);
});

test("every repeats it; stop waits for the running step and ends it", async () => {
  let runs = 0;
  let finished = 0;
  const loop = createLoop(
    () => undefined,
    "testing",
    async () => {
      runs += 1;
      await sleep(2);
      finished += 1;
    },
  );
  loop.every(1);
  while (runs < 4) await sleep(1);
  await loop.stop();
  const then = runs;
  expect(finished).toBe(then);
  loop.kick();
  await sleep(10);
  expect(runs).toBe(then);
});
