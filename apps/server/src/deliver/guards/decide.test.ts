import fc from "fast-check";
import { expect, test } from "vitest";
import type { ServerGroup } from "../../providers/port/api.ts";
import { defaultTrafficGuards } from "./api.ts";
import type { TrafficGuard } from "./api.ts";
import { decideGuard, matches, serves } from "./decide.ts";

type Given = { name?: string; disabled?: boolean; up?: number; canary?: boolean; stack?: string; detail?: string };

function group(given: Given): ServerGroup {
  const { name = "app-main-v001", stack = "main", detail = "" } = given;
  const instances = Array.from({ length: given.up ?? 1 }, (_, index) => ({
    id: `i${index}`,
    zone: "a",
    state: "up" as const,
    reason: "",
    address: null,
    port: null,
    startedAt: null,
    restarts: 0,
    details: {},
  }));
  return {
    account: "local",
    region: "local",
    name,
    cloudProvider: "fake",
    application: "app",
    cluster: "app-main",
    stack,
    detail,
    sequence: 1,
    createdAt: "2026-01-01T00:00:00Z",
    disabled: given.disabled ?? false,
    capacity: { min: 1, max: 1, desired: 1 },
    instances,
    loadBalancers: [],
    zones: [],
    artifact: { type: "", reference: "", digest: "", version: null },
    health: { status: "stable", code: "", reason: "" },
    canaryRole: given.canary === true ? "canary" : null,
    launch: {},
    metricsPath: null,
  };
}

const ask = (targets: ServerGroup[], others: ServerGroup[], guards: readonly TrafficGuard[] = defaultTrafficGuards) =>
  decideGuard({ action: "disable", guards, targets, cluster: [...targets, ...others] });

test("the last enabled and healthy group is kept, with the guard's name and what to do", () => {
  const refusal = ask([group({})], [group({ name: "app-main-v000", disabled: true })]);
  expect(refusal?.code).toBe("traffic_guard");
  expect(refusal?.message).toBe(
    "The traffic guard (account *, location *, stack *, detail *) of application app does not allow disabling app-main-v001: " +
      "no other enabled and healthy server group would remain in cluster app-main (local/local). " +
      "Deploy or enable another server group there first, or turn the guard off in the application's trafficGuards.",
  );
});

test.each<[string, ServerGroup[], ServerGroup[]]>([
  ["another one serves", [group({})], [group({ name: "b" })]],
  ["the target is disabled", [group({ disabled: true })], []],
  ["the target has no instance up", [group({ up: 0 })], []],
  ["the target belongs to a canary", [group({ canary: true })], []],
  ["there is no target", [], [group({})]],
])("it may go on when %s", (_why, targets, others) => {
  expect(ask(targets, others)).toBeNull();
});

test.each<[string, ServerGroup[], ServerGroup[]]>([
  ["the other is disabled", [group({})], [group({ name: "b", disabled: true })]],
  ["the other has no instance up", [group({})], [group({ name: "b", up: 0 })]],
  ["the other is a canary", [group({})], [group({ name: "b", canary: true })]],
  ["both go at once", [group({}), group({ name: "b" })], []],
])("it is refused when %s", (_why, targets, others) => {
  expect(ask(targets, others)).not.toBeNull();
});

const guard = (edit: Partial<TrafficGuard>): TrafficGuard => ({
  account: "local",
  location: "local",
  stack: "main",
  detail: "",
  enabled: true,
  ...edit,
});

test.each<[Partial<TrafficGuard>, boolean]>([
  [{}, true],
  [{ account: "other" }, false],
  [{ location: "mars" }, false],
  [{ stack: "" }, false],
  [{ stack: "*", detail: "*" }, true],
  [{ detail: "blue" }, false],
])("a guard with %j matches app-main: %s", (edit, wanted) => {
  expect(matches(guard(edit), group({}))).toBe(wanted);
});

test("a guard that is off guards nothing", () => {
  expect(ask([group({})], [], [guard({ enabled: false })])).toBeNull();
});

test("under the default guard no sequence of allowed removals leaves a cluster that served without a server", () => {
  const groups = fc.uniqueArray(
    fc.record({
      name: fc.string({ minLength: 1 }),
      disabled: fc.boolean(),
      up: fc.nat({ max: 2 }),
      canary: fc.boolean(),
    }),
    {
      minLength: 1,
      selector: (one) => one.name,
    },
  );
  fc.assert(
    fc.property(groups, fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 3 })), (list, removals) => {
      let cluster = list.map(group);
      const served = (): boolean => cluster.some((one) => one.canaryRole === null && serves(one));
      const before = served();
      for (const picks of removals) {
        const targets = [...new Set(picks.map((pick) => cluster[pick % Math.max(1, cluster.length)]))].filter(
          (one) => one !== undefined,
        );
        const refusal = decideGuard({ action: "destroy", guards: defaultTrafficGuards, targets, cluster });
        if (refusal === null) cluster = cluster.filter((one) => !targets.includes(one));
      }
      expect(served()).toBe(before);
    }),
  );
});
