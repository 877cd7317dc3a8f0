import { expect, test } from "vitest";
import { seededRandom } from "./random.ts";

test("a seed gives the same numbers again, another one others", () => {
  const draw = (seed: number) => Array.from({ length: 50 }, seededRandom(seed).next);
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  expect(new Set(draw(7)).size).toBe(50);
});

test("numbers keep to their bounds and use them", () => {
  const random = seededRandom(3);
  const drawn = Array.from({ length: 1_000 }, () => random.between(200, 3_000));
  expect(drawn.every((each) => each >= 200 && each < 3_000)).toBe(true);
  expect(Math.min(...drawn)).toBeLessThan(300);
  expect(Math.max(...drawn)).toBeGreaterThan(2_900);
});
