import { assert, property, double } from "fast-check";
import { describe, expect, it } from "vitest";
import { findRoot } from "./brent.ts";

const find = (f: (x: number) => number, low: number, high: number, tolerance: number) =>
  findRoot(low, high, f(low), f(high), f, tolerance);

describe("findRoot", () => {
  it("finds the root of x² - 2 to its tolerance", () => {
    expect(Math.abs(find((x) => x * x - 2, 0, 2, 1e-12) - Math.SQRT2)).toBeLessThan(1e-12);
    expect(Math.abs(find((x) => x * x - 2, 0, 2, 1e-4) - Math.SQRT2)).toBeLessThan(1e-4);
  });

  it("gives an end that is a root itself", () => {
    expect(find((x) => x - 3, 3, 9, 1e-4)).toBe(3);
    expect(find((x) => x - 9, 3, 9, 1e-4)).toBe(9);
  });

  it("stops at once where the interval is within the tolerance", () => {
    const visited: number[] = [];
    const f = (x: number) => (visited.push(x), x - 2e-5);
    expect([0, 4e-5]).toContain(findRoot(0, 4e-5, -2e-5, 2e-5, f, 1e-4));
    expect(visited).toEqual([]);
  });

  it("ends inside the interval where the signs do not differ", () => {
    const end = find((x) => x * x + 1, -1, 2, 1e-4);
    expect(end).toBeGreaterThanOrEqual(-1);
    expect(end).toBeLessThanOrEqual(2);
  });

  it("brackets the jump of any step function", () => {
    const jump = double({ min: -100, max: 100, noNaN: true });
    assert(
      property(jump, (at) => {
        const found = find((x) => (x < at ? 1.5 : -0.75), -101, 101, 1e-4);
        return Math.abs(found - at) <= 1e-4;
      }),
    );
  });
});
