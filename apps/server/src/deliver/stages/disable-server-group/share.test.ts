import fc from "fast-check";
import { expect, test } from "vitest";
import type { TrafficTarget } from "../../../traffic/port/api.ts";
import { loweredPin } from "./share.ts";

const target = (serverGroup: string, edit: Partial<TrafficTarget> = {}): TrafficTarget => ({
  serverGroup,
  cluster: "app",
  disabled: false,
  pinnedPercent: null,
  requestedPercent: 0,
  measuredPercent: null,
  healthyInstances: 1,
  totalInstances: 1,
  ...edit,
});

test.each<[TrafficTarget[], number, number | null]>([
  [[target("old"), target("new")], 50, 50],
  [[target("old"), target("new")], 25, 75],
  [[target("old"), target("new"), target("canary", { pinnedPercent: 20 })], 50, 40],
  [[target("old", { pinnedPercent: 30 }), target("new")], 50, 50],
  [[target("old")], 50, null],
  [[target("old"), target("new", { disabled: true })], 50, null],
  [[target("old"), target("new", { healthyInstances: 0 })], 50, null],
  [[target("old"), target("new", { pinnedPercent: 0 })], 50, null],
])("of %j, %i %% less leaves a pin of %j", (targets, percentage, wanted) => {
  expect(loweredPin(targets, "old", percentage)).toBe(wanted);
});

test("pins never add up to more than 100, and a greater part leaves a smaller pin", () => {
  fc.assert(
    fc.property(fc.nat({ max: 100 }), fc.nat({ max: 100 }), fc.nat({ max: 100 }), (pinned, a, b) => {
      const targets = [target("old"), target("new"), target("canary", { pinnedPercent: pinned })];
      const [less, more] = [Math.min(a, b), Math.max(a, b)].map(
        (percentage) => loweredPin(targets, "old", percentage) ?? 0,
      );
      expect((less ?? 0) + pinned).toBeLessThanOrEqual(100);
      expect(more).toBeLessThanOrEqual(less ?? 0);
    }),
  );
});
