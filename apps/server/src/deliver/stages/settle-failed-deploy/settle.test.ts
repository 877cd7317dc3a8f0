import fc from "fast-check";
import { expect, test } from "vitest";
import type { ServerGroup } from "../../../providers/port/api.ts";
import { serves } from "../../guards/decide.ts";
import { settle } from "./settle.ts";

type Given = { disabled?: boolean; up?: number; desired?: number };

function group(name: string, given: Given = {}): ServerGroup {
  const desired = given.desired ?? 2;
  const instance = {
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
    name,
    cloudProvider: "fake",
    application: "app",
    cluster: "app",
    stack: "",
    detail: "",
    sequence: 0,
    createdAt: "2026-01-01T00:00:00Z",
    disabled: given.disabled ?? false,
    capacity: { min: desired, max: desired, desired },
    instances: Array.from({ length: given.up ?? desired }, (_, index) => ({ ...instance, id: `${index}` })),
    loadBalancers: [],
    zones: [],
    artifact: { type: "", reference: "", digest: "", version: null },
    health: { status: "stable", code: "", reason: "" },
    canaryRole: null,
    launch: {},
    metricsPath: null,
  };
}

const source = { name: "old", capacity: { min: 2, max: 2, desired: 2 }, enabled: true };
const after = (
  rollback: boolean,
  created: Given | null,
  others: ServerGroup[],
  from: typeof source | null = source,
) => {
  const made = created === null ? null : group("new", created);
  return settle({ created: made, source: from, cluster: made === null ? others : [made, ...others], rollback });
};
const steps = (settlement: ReturnType<typeof settle>): string[] =>
  settlement.steps.map((step) => `${step.do} ${step.name}`);

test.each<[string, ReturnType<typeof settle>, string[]]>([
  ["nothing was created", after(true, null, [group("old")]), []],
  ["the new one never came up", after(false, { up: 0 }, [group("old")]), ["disable new"]],
  ["the new one never came up, with rollback", after(true, { up: 0 }, [group("old")]), ["destroy new"]],
  ["both are up", after(false, {}, [group("old")]), ["disable new"]],
  ["the old one is disabled already and the new one serves", after(false, {}, [group("old", { disabled: true })]), []],
  ["the same with rollback", after(true, {}, [group("old", { disabled: true })]), ["raise old", "destroy new"]],
  [
    "the old one was scaled down, with rollback",
    after(true, {}, [group("old", { disabled: true, desired: 0 })]),
    ["raise old", "destroy new"],
  ],
  [
    "the new one crashed after the old one was disabled",
    after(false, { up: 0 }, [group("old", { disabled: true })]),
    ["raise old", "disable new"],
  ],
  ["the old one is destroyed, a third is disabled", after(true, {}, [group("third", { disabled: true })]), []],
  ["it was the first deploy", after(false, { up: 0 }, [], null), ["disable new"]],
  ["it was the first deploy, with rollback", after(true, {}, [], null), ["destroy new"]],
])("when %s", (_when, settlement, wanted) => {
  expect(steps(settlement)).toEqual(wanted);
  expect(settlement.words).toMatch(/\.$/);
});

test("exactly one half is live afterwards, wherever there was an old half", () => {
  const given = fc.record({ disabled: fc.boolean(), up: fc.nat({ max: 2 }) });
  fc.assert(
    fc.property(given, fc.array(given, { minLength: 1, maxLength: 3 }), fc.boolean(), (created, others, rollback) => {
      const old = others.map((one, index) => group(index === 0 ? "old" : `older${index}`, one));
      const { steps: taken } = after(rollback, created, old);
      let cluster = [group("new", created), ...old];
      let live = cluster.some(serves);
      for (const step of taken) {
        if (step.do === "raise") cluster = cluster.map((one) => (one.name === step.name ? group(one.name) : one));
        if (step.do === "disable")
          cluster = cluster.map((one) => (one.name === step.name ? { ...one, disabled: true } : one));
        if (step.do === "destroy") cluster = cluster.filter((one) => one.name !== step.name);
        if (live) expect(cluster.some(serves)).toBe(true);
        live = cluster.some(serves);
      }
      const halves = [
        cluster.some((one) => one.name === "new" && serves(one)),
        cluster.some((one) => one.name !== "new" && serves(one)),
      ];
      expect(halves.filter(Boolean).length).toBeLessThanOrEqual(1);
      if (old[0]?.disabled === true || old.some(serves)) expect(halves).toContain(true);
    }),
  );
});
