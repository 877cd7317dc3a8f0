import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bucketQuantile, parseBound } from "./quantile.ts";

const buckets = (...pairs: [number, number][]) => pairs.map(([le, count]) => ({ le, count }));

describe("bucketQuantile", () => {
  test.each([
    [0.5, buckets([1, 10], [2, 20], [Infinity, 20]), 1],
    [0.75, buckets([1, 10], [2, 20], [Infinity, 20]), 1.5],
    [0.25, buckets([1, 10], [2, 20], [Infinity, 20]), 0.5],
    [0.99, buckets([1, 10], [2, 20], [Infinity, 100]), 2],
    [0, buckets([1, 10], [Infinity, 20]), 0],
    [0.2, buckets([-5, 10], [5, 20], [Infinity, 20]), -5],
    [0.75, buckets([-5, 10], [5, 20], [Infinity, 20]), 0],
    [0.9, buckets([Infinity, 10], [2, 8], [1, 5]), 2],
    [0.5, buckets([1, 8], [2, 6], [Infinity, 10]), 0.625],
  ])("q %d of %j is %d", (q, given, expected) => {
    expect(bucketQuantile(q, given)).toBeCloseTo(expected, 12);
  });

  test.each([
    ["no observations", buckets([1, 0], [Infinity, 0])],
    ["no +Inf bucket", buckets([1, 1], [2, 2])],
    ["an unknown +Inf bucket", buckets([1, 1], [2, 2], [Infinity, NaN])],
    ["one bucket", buckets([Infinity, 3])],
    ["none", []],
  ])("%s is NaN", (_, given) => expect(bucketQuantile(0.5, given)).toBeNaN());

  test("a missing bucket in the middle only widens the interpolation", () => {
    expect(bucketQuantile(0.5, buckets([1, 10], [2, NaN], [4, 30], [Infinity, 30]))).toBeCloseTo(1.75, 12);
  });

  test("it lies between the lowest and the highest bound and grows with q", () => {
    const counts = fc
      .array(fc.integer({ min: 0, max: 50 }), { minLength: 2, maxLength: 12 })
      .filter((list) => list.some((count) => count > 0));
    fc.assert(
      fc.property(
        counts,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (list, p, q) => {
          let sum = 0;
          const given = list.map((count, at) => ({
            le: at === list.length - 1 ? Infinity : (at + 1) / 10,
            count: (sum += count),
          }));
          const [low, high] = [bucketQuantile(Math.min(p, q), given), bucketQuantile(Math.max(p, q), given)];
          expect(low).toBeLessThanOrEqual(high + 1e-12);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual((list.length - 1) / 10 + 1e-12);
        },
      ),
    );
  });
});

test("bounds are read as both formats write them", () => {
  expect([
    parseBound("+Inf"),
    parseBound("0.10"),
    parseBound("1e3"),
    parseBound(undefined),
    parseBound("x"),
    parseBound(""),
  ]).toEqual([Infinity, 0.1, 1000, NaN, NaN, NaN]);
});
