import fc from "fast-check";
import { expect, test } from "vitest";
import type { ServerGroup } from "../../../providers/port/api.ts";
import { chooseToDisable, chooseToScaleDown, chooseToShrink } from "./cluster-choice.ts";

type Given = { disabled?: boolean; desired?: number; canary?: boolean };

function group(sequence: number, given: Given = {}): ServerGroup {
  const desired = given.desired ?? 1;
  const one = {
    zone: "a",
    state: "up" as const,
    reason: "",
    address: null,
    port: null,
    startedAt: null,
    restarts: 0,
    details: {},
  };
  return {
    account: "local",
    region: "local",
    name: `v${sequence}`,
    cloudProvider: "fake",
    application: "app",
    cluster: "app",
    stack: "",
    detail: "",
    sequence,
    createdAt: new Date(sequence * 1000).toISOString(),
    disabled: given.disabled ?? false,
    capacity: { min: 0, max: desired, desired },
    instances: Array.from({ length: desired }, (_, index) => ({ ...one, id: `${index}` })),
    loadBalancers: [],
    zones: [],
    artifact: { type: "", reference: "", digest: "", version: null },
    health: { status: "stable", code: "", reason: "" },
    canaryRole: given.canary === true ? "baseline" : null,
    launch: {},
    metricsPath: null,
  };
}

const names = (groups: readonly ServerGroup[]): string[] => groups.map((one) => one.name);

test("disableCluster keeps the newest enabled, or the largest when asked to", () => {
  const groups = [group(1, { desired: 3 }), group(2), group(3, { disabled: true }), group(4)];
  expect(names(chooseToDisable(groups, 1, false).chosen)).toEqual(["v2", "v1"]);
  expect(names(chooseToDisable(groups, 1, true).kept)).toEqual(["v1"]);
  expect(names(chooseToDisable(groups, 9, false).chosen)).toEqual([]);
});

test("shrinkCluster destroys the oldest disabled ones, and enabled ones only when allowed", () => {
  const groups = [group(1, { disabled: true }), group(2, { disabled: true }), group(3), group(4)];
  const keep = { allowDeleteActive: false, retainLarger: false };
  expect(names(chooseToShrink(groups, 3, keep).chosen)).toEqual(["v1"]);
  expect(names(chooseToShrink(groups, 1, keep).chosen)).toEqual(["v2", "v1"]);
  expect(names(chooseToShrink(groups, 1, { ...keep, allowDeleteActive: true }).chosen)).toEqual(["v3", "v2", "v1"]);
});

test("scaleDownCluster empties what is beyond the number and not empty yet", () => {
  const groups = [group(1, { disabled: true, desired: 0 }), group(2, { disabled: true }), group(3)];
  expect(names(chooseToScaleDown(groups, 1, { allowScaleDownActive: false, preferLarger: false }).chosen)).toEqual([
    "v2",
  ]);
});

test("groups of a canary are never chosen, the rest is kept or chosen exactly once, and enabled ones are kept first", () => {
  const cluster = fc
    .array(fc.record({ disabled: fc.boolean(), desired: fc.nat({ max: 3 }), canary: fc.boolean() }), { maxLength: 8 })
    .map((list) => list.map((given, index) => group(index, given)));
  fc.assert(
    fc.property(cluster, fc.nat({ max: 5 }), fc.boolean(), (groups, size, larger) => {
      const ordinary = groups.filter((one) => one.canaryRole === null);
      const { kept, chosen } = chooseToShrink(groups, size, { allowDeleteActive: true, retainLarger: larger });
      expect(names([...kept, ...chosen]).sort()).toEqual(names(ordinary).sort());
      expect(kept).toHaveLength(Math.min(size, ordinary.length));
      if (kept.some((one) => one.disabled)) expect(chosen.every((one) => one.disabled)).toBe(true);
      expect(
        chooseToDisable(groups, size, larger).chosen.every((one) => !one.disabled && one.canaryRole === null),
      ).toBe(true);
    }),
  );
});
