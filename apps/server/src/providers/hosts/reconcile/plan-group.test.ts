import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { InstanceRow, Phase } from "../store/rows.ts";
import { judgeGroup } from "./judge-group.ts";
import { describeStatus } from "./instance-steps.ts";
import { backOffMs, planGroup } from "./plan-group.ts";

const now = new Date("2026-01-01T00:00:00Z");

function instance(id: string, zone: string, phase: Phase, more: Partial<InstanceRow> = {}): InstanceRow {
  return {
    id,
    account: "local",
    region: "local",
    server_group: "shop-v000",
    zone,
    port: 1,
    phase,
    attempt: 1,
    pid: null,
    process_mark: null,
    healthy: null,
    reason: "",
    exit_status: null,
    failures: 0,
    drain_ms: 0,
    created_at: now,
    started_at: null,
    next_start_at: null,
    ...more,
  };
}

const zones = ["a", "b", "c"];
const anyInstance = fc
  .record({
    zone: fc.constantFrom(...zones, "old"),
    phase: fc.constantFrom<Phase>("intended", "running", "exited", "stopping"),
    healthy: fc.option(fc.boolean()),
    due: fc.option(fc.integer({ min: -5, max: 5 })),
  })
  .map(({ zone, phase, healthy, due }) => ({
    zone,
    phase,
    healthy,
    next_start_at: due === null ? null : new Date(now.getTime() + due),
  }));
const anyGroup = fc
  .array(anyInstance, { maxLength: 20 })
  .map((list) => list.map((more, index) => instance(`i${index}`, more.zone, more.phase, more)));

describe("the plan of a server group", () => {
  it("always ends with as many instances as are wanted", () => {
    fc.assert(
      fc.property(anyGroup, fc.integer({ min: 0, max: 25 }), (instances, desired) => {
        const { create, remove, start } = planGroup(desired, zones, instances, now);
        const staying = instances.filter(({ phase }) => phase !== "stopping");
        expect(staying.length + create.length - remove.length).toBe(desired);
        expect(create.length === 0 || remove.length === 0).toBe(true);
        expect(new Set(remove).size).toBe(remove.length);
        for (const id of [...remove, ...start]) expect(staying.map((row) => row.id)).toContain(id);
        for (const id of start) expect(remove).not.toContain(id);
      }),
    );
  });

  it("spreads a new group evenly", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), (desired) => {
        const { create } = planGroup(desired, zones, [], now);
        const counts = zones.map((zone) => create.filter((entry) => entry === zone).length);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("never ends one that serves while one that does not could go", () => {
    fc.assert(
      fc.property(anyGroup, fc.integer({ min: 0, max: 20 }), (instances, desired) => {
        const { remove } = planGroup(desired, zones, instances, now);
        const serves = ({ phase, healthy }: InstanceRow): boolean => phase === "running" && healthy === true;
        const staying = instances.filter(({ phase }) => phase !== "stopping");
        const removedServing = staying.some((row) => serves(row) && remove.includes(row.id));
        const keptIdle = staying.some((row) => !serves(row) && !remove.includes(row.id));
        expect(removedServing && keptIdle).toBe(false);
      }),
    );
  });

  it("takes from the most crowded zone, the newest first", () => {
    const up = { healthy: true };
    const instances = [
      instance("a1", "a", "running", up),
      instance("b1", "b", "running", up),
      instance("a2", "a", "running", { ...up, created_at: new Date(now.getTime() + 1) }),
    ];
    expect(planGroup(2, zones, instances, now).remove).toEqual(["a2"]);
  });

  it("starts again only when the wait is over", () => {
    const at = (ms: number) => ({ next_start_at: new Date(now.getTime() + ms) });
    const instances = [instance("due", "a", "exited", at(0)), instance("early", "b", "exited", at(1))];
    expect(planGroup(2, zones, instances, now).start).toEqual(["due"]);
  });

  it("waits longer each time, up to 30 s", () => {
    expect([1, 2, 3, 4, 7, 8, 1000].map(backOffMs)).toEqual([500, 1000, 2000, 4000, 30_000, 30_000, 30_000]);
  });
});

describe("the verdict on a server group", () => {
  const facts = { desired: 2, destroying: false, disabled: false, progressAt: now, progressDeadlineSec: 60 };
  const up = (id: string) => instance(id, "a", "running", { healthy: true });
  const later = new Date(now.getTime() + 60_000);

  it.each([
    ["all up", [up("x"), up("y")], {}, now, "stable", "healthy", "2 of 2 instances up"],
    [
      "disabled",
      [up("x"), up("y")],
      { disabled: true },
      now,
      "stable",
      "healthy",
      "2 of 2 instances up; disabled, so no load balancer sends traffic",
    ],
    ["none wanted", [], { desired: 0 }, now, "stable", "empty", "no instances are wanted and none run"],
    [
      "some left to stop",
      [up("x"), up("y"), instance("z", "a", "stopping")],
      {},
      now,
      "progressing",
      "stopping",
      "1 instance still stopping",
    ],
    [
      "one waits",
      [up("x"), instance("y", "a", "running", { reason: "GET /h answered 503" })],
      {},
      now,
      "progressing",
      "starting",
      "1 of 2 instances up; y: GET /h answered 503",
    ],
    [
      "one waits too long",
      [up("x"), instance("y", "a", "running")],
      {},
      later,
      "failed",
      "progressDeadlineExceeded",
      "1 of 2 instances up and no progress for 60 s",
    ],
    ["all up in the end", [up("x"), up("y")], {}, later, "stable", "healthy", "2 of 2 instances up"],
    [
      "one crashes on and on",
      [up("x"), instance("y", "a", "exited", { failures: 5, reason: "exited with status 1" })],
      {},
      now,
      "failed",
      "crashLoop",
      "1 of 2 instances up; y failed 5 times in a row: exited with status 1",
    ],
    [
      "on its way out",
      [up("x")],
      { destroying: true },
      now,
      "progressing",
      "destroying",
      "is being destroyed; 1 instance left to stop",
    ],
  ])("%s", (_name, instances, more, at, status, code, reason) => {
    expect(judgeGroup({ ...facts, ...more }, instances, at)).toEqual({ status, code, reason });
  });

  it("is stable exactly when all that is wanted is up and nothing else runs", () => {
    fc.assert(
      fc.property(anyGroup, fc.integer({ min: 0, max: 10 }), (instances, desired) => {
        const { status } = judgeGroup({ ...facts, desired }, instances, now);
        const healthy = instances.filter(({ phase, healthy: well }) => phase === "running" && well === true).length;
        expect(status === "stable").toBe(healthy === desired && instances.length === desired);
      }),
    );
  });
});

describe("an exit status in words", () => {
  it.each([
    [0, "exited with status 0"],
    [1, "exited with status 1"],
    [137, "was ended by SIGKILL"],
    [143, "was ended by SIGTERM"],
    [255, "exited with status 255"],
    [null, "ended without leaving an exit status"],
  ])("%s", (status, words) => {
    expect(describeStatus(status)).toBe(words);
  });
});
