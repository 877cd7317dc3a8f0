import fc from "fast-check";
import { expect, test } from "vitest";
import { complete, resized, shareOf, stretch, upNeeded } from "./capacity.ts";
import type { Resize } from "./capacity.ts";

const current = { min: 2, max: 6, desired: 4 };

test.each<[Resize, { min: number; max: number; desired: number }]>([
  [
    { action: "scale_exact", capacity: { min: 1, max: 9, desired: 5 } },
    { min: 1, max: 9, desired: 5 },
  ],
  [
    { action: "scale_exact", capacity: { desired: 0 } },
    { min: 0, max: 6, desired: 0 },
  ],
  [
    { action: "scale_exact", capacity: { min: 5 } },
    { min: 5, max: 6, desired: 5 },
  ],
  [
    { action: "scale_exact", capacity: { max: 3 } },
    { min: 2, max: 3, desired: 3 },
  ],
  [
    { action: "scale_up", percent: 50, number: undefined },
    { min: 2, max: 6, desired: 6 },
  ],
  [
    { action: "scale_up", percent: 10, number: undefined },
    { min: 2, max: 6, desired: 5 },
  ],
  [
    { action: "scale_up", percent: undefined, number: 5 },
    { min: 2, max: 9, desired: 9 },
  ],
  [
    { action: "scale_down", percent: undefined, number: 1 },
    { min: 2, max: 6, desired: 3 },
  ],
  [
    { action: "scale_down", percent: 100, number: undefined },
    { min: 0, max: 6, desired: 0 },
  ],
  [
    { action: "scale_down", percent: undefined, number: 99 },
    { min: 0, max: 6, desired: 0 },
  ],
  [
    {
      action: "scale_to_cluster",
      like: [
        { min: 1, max: 3, desired: 3 },
        { min: 0, max: 8, desired: 2 },
      ],
      percent: undefined,
      number: undefined,
    },
    { min: 1, max: 8, desired: 3 },
  ],
  [
    { action: "scale_to_server_group", like: [{ min: 1, max: 3, desired: 2 }], percent: 50, number: undefined },
    { min: 1, max: 3, desired: 3 },
  ],
])("%j of {2, 6, 4}", (resize, wanted) => {
  expect(resized(current, resize)).toEqual(wanted);
});

test.each([
  [4, undefined, 4],
  [4, 50, 2],
  [3, 50, 2],
  [3, 0, 0],
  [0, 100, 0],
  [10, 95, 10],
])("%i instances at %s %% need %i up", (desired, percent, needed) => {
  expect(upNeeded(desired, percent)).toBe(needed);
});

const size = fc.nat({ max: 1000 });
const capacity = fc.record({ min: size, max: size, desired: size }).map(stretch);

test("whatever is asked for, min ≤ desired ≤ max and nothing is negative", () => {
  const relative = {
    percent: fc.option(fc.nat({ max: 300 }), { nil: undefined }),
    number: fc.option(size, { nil: undefined }),
  };
  const resize = fc.oneof(
    fc.record({
      action: fc.constant("scale_exact" as const),
      capacity: fc.record({ min: size, max: size, desired: size }, { requiredKeys: [] }),
    }),
    fc.record({ action: fc.constantFrom("scale_up" as const, "scale_down" as const), ...relative }),
    fc.record({
      action: fc.constantFrom("scale_to_cluster" as const, "scale_to_server_group" as const),
      like: fc.array(capacity),
      ...relative,
    }),
  );
  fc.assert(
    fc.property(capacity, resize, (before, how) => {
      const after = resized(before, how);
      expect(after.min).toBeGreaterThanOrEqual(0);
      expect(after.min).toBeLessThanOrEqual(after.desired);
      expect(after.desired).toBeLessThanOrEqual(after.max);
      if (how.action === "scale_up") expect(after.desired).toBeGreaterThanOrEqual(before.desired);
      if (how.action === "scale_down") expect(after.desired).toBeLessThanOrEqual(before.desired);
      if (how.action === "scale_exact" && how.capacity.desired !== undefined)
        expect(after.desired).toBe(how.capacity.desired);
    }),
  );
});

test("a share above 0 % of a running group is never empty, and 100 % is the whole", () => {
  fc.assert(
    fc.property(capacity, fc.integer({ min: 1, max: 100 }), (whole, percent) => {
      expect(shareOf(whole, percent).desired > 0).toBe(whole.desired > 0);
      expect(shareOf(whole, 100)).toEqual(whole);
      expect(complete(whole, { min: 0, max: 0, desired: 0 })).toEqual(whole);
    }),
  );
});
