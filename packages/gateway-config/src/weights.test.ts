import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { effectiveWeights, raisedFirst, resolveWeights } from "./weights.ts";

const sum = (values: readonly number[]): number => values.reduce((left, right) => left + right, 0);

describe("resolving requested weights", () => {
  it("gives unweighted groups the rest by healthy instances", () => {
    const resolved = resolveWeights([
      { name: "canary", percent: 10, healthyInstances: 1 },
      { name: "a", healthyInstances: 2 },
      { name: "b", healthyInstances: 1 },
    ]);
    expect(resolved).toEqual([
      { name: "canary", percent: 10 },
      { name: "a", percent: 60 },
      { name: "b", percent: 30 },
    ]);
  });

  it("shares evenly while nobody is healthy: never 0/0", () => {
    expect(
      resolveWeights([
        { name: "a", healthyInstances: 0 },
        { name: "b", healthyInstances: 0 },
      ]),
    ).toEqual([
      { name: "a", percent: 50 },
      { name: "b", percent: 50 },
    ]);
    expect(resolveWeights([])).toEqual([]);
  });

  it("refuses what is impossible, naming the group", () => {
    expect(() => resolveWeights([{ name: "a", percent: 101, healthyInstances: 1 }])).toThrow(/weight of a is 101/);
    expect(() => resolveWeights([{ name: "a", percent: Number.NaN, healthyInstances: 1 }])).toThrow(RangeError);
    const two = [60, 50].map((percent, index) => ({ name: String(index), percent, healthyInstances: 1 }));
    expect(() => resolveWeights(two)).toThrow(/add up to 110/);
  });

  it("always comes to 100 when one group is open, and every part is a number", () => {
    const group = fc.record({
      healthyInstances: fc.nat(50),
      share: fc.option(fc.integer({ min: 0, max: 10 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(group, { minLength: 1, maxLength: 10 }), (groups) => {
        const requested = groups.map(({ healthyInstances, share }, index) => ({
          name: `g${index}`,
          percent: share,
          healthyInstances,
        }));
        const resolved = resolveWeights(requested).map(({ percent }) => percent);
        expect(resolved.every((percent) => percent >= 0 && percent <= 100)).toBe(true);
        if (requested.some(({ percent }) => percent === undefined)) expect(sum(resolved)).toBeCloseTo(100, 9);
      }),
    );
  });
});

describe("effective weights", () => {
  it("hand the share of a group without healthy instances to the others in proportion", () => {
    const groups = [
      { name: "a", weight: 60, healthyInstances: 3 },
      { name: "b", weight: 20, healthyInstances: 1 },
      { name: "c", weight: 20, healthyInstances: 0 },
      { name: "off", weight: 0, healthyInstances: 5 },
    ];
    expect(effectiveWeights(groups)).toEqual([
      { name: "a", weight: 60, share: 75 },
      { name: "b", weight: 20, share: 25 },
      { name: "c", weight: 20, share: 0, reason: "noHealthyInstance" },
      { name: "off", weight: 0, share: 0, reason: "noWeight" },
    ]);
  });

  it("never divide by nothing", () => {
    const shares = effectiveWeights([
      { name: "a", weight: 100, healthyInstances: 0 },
      { name: "b", weight: 0, healthyInstances: 1 },
    ]);
    expect(shares.map(({ share }) => share)).toEqual([0, 0]);
  });
});

describe("raising before lowering", () => {
  it("keeps every falling group up while another rises", () => {
    const current = [{ name: "old", percent: 100 }];
    const wanted = [
      { name: "old", percent: 0 },
      { name: "new", percent: 100 },
    ];
    expect(raisedFirst(current, wanted)).toEqual([
      { name: "old", percent: 50 },
      { name: "new", percent: 50 },
    ]);
  });

  it("has traffic somewhere at every step", () => {
    const weights = fc.array(
      fc.record({ name: fc.constantFrom("a", "b", "c"), percent: fc.integer({ min: 0, max: 30 }) }),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(weights, weights, (current, wanted) => {
        const total = sum(raisedFirst(current, wanted).map(({ percent }) => percent));
        expect(total).toBeLessThanOrEqual(100.000001);
        if (sum(wanted.map(({ percent }) => percent)) > 0) expect(total).toBeGreaterThan(0);
      }),
    );
  });
});
