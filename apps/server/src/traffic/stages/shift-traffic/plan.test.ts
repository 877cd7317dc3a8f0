import fc from "fast-check";
import { expect, test } from "vitest";
import type { TrafficTarget } from "../../port/api.ts";
import { entryPin, leavesNothing, pinsInWords, repeated } from "./plan.ts";

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

test("a group comes in with no more than asked for and no more than the others leave", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat({ max: 60 })), { maxLength: 4 }), fc.nat({ max: 100 }), (pins, percent) => {
      const others = pins.map((pinnedPercent, index) => target(`o${index}`, { pinnedPercent }));
      const taken = others.reduce((sum, other) => sum + (other.pinnedPercent ?? 0), 0);
      const entry = entryPin([...others, target("new", { disabled: true, pinnedPercent: 50 })], {
        serverGroup: "new",
        percent,
      });
      expect(entry.percent).toBeGreaterThanOrEqual(0);
      expect(entry.percent).toBeLessThanOrEqual(percent);
      if (taken <= 100) expect(entry.percent + taken).toBeLessThanOrEqual(100);
    }),
  );
});

test.each<[TrafficTarget[], { serverGroup: string; percent: number }[], boolean]>([
  [[target("a")], [{ serverGroup: "a", percent: 0 }], true],
  [[target("a"), target("b")], [{ serverGroup: "a", percent: 0 }], false],
  [[target("a"), target("b", { disabled: true })], [{ serverGroup: "a", percent: 0 }], true],
  [[target("a"), target("b", { healthyInstances: 0 })], [{ serverGroup: "a", percent: 0 }], true],
  [
    [target("a"), target("b")],
    [
      { serverGroup: "a", percent: 0 },
      { serverGroup: "b", percent: 1 },
    ],
    false,
  ],
  [[target("a")], [], false],
  [[], [{ serverGroup: "a", percent: 0 }], false],
])("whether pins leave nothing to serve", (targets, pins, wanted) => {
  expect(leavesNothing(targets, pins)).toBe(wanted);
});

test("pins in words, and the one named twice", () => {
  const pins = [
    { serverGroup: "a", percent: 10 },
    { serverGroup: "b", percent: 0.5 },
  ];
  expect([pinsInWords(pins), pinsInWords([])]).toEqual(["a 10 %, b 0.5 %", "no pins"]);
  expect([repeated(pins), repeated([...pins, { serverGroup: "a", percent: 1 }])]).toEqual([null, "a"]);
});
