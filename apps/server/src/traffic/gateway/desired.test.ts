import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { InstanceState, ServerGroup } from "../../providers/port/api.ts";
import { desiredBalancers, requestedShares } from "./desired.ts";
import type { StoredBalancer } from "./store.ts";

const healthCheck = { path: "/health", intervalMs: 1000, timeoutMs: 500, healthy: 1, unhealthy: 2 };

function balancer(pins: Record<string, number>): StoredBalancer {
  return { account: "local", region: "local", name: "web", application: "shop", port: 9000, healthCheck, pins };
}

function group(name: string, up: number, options: { disabled?: boolean; state?: InstanceState } = {}): ServerGroup {
  return {
    account: "local",
    region: "local",
    name,
    cloudProvider: "hosts",
    application: "shop",
    cluster: "shop",
    stack: "",
    detail: "",
    sequence: 0,
    createdAt: "2026-01-01T00:00:00Z",
    disabled: options.disabled ?? false,
    capacity: { min: up, max: up, desired: up },
    loadBalancers: ["web"],
    zones: ["a"],
    artifact: { type: "host/directory", reference: "/x", digest: "d", version: null },
    health: { status: "stable", code: "stable", reason: "" },
    canaryRole: null,
    launch: {},
    metricsPath: null,
    instances: Array.from({ length: up }, (_each, index) => ({
      id: `${name}-${index}`,
      zone: "a",
      state: options.state ?? "up",
      reason: "",
      address: "127.0.0.1",
      port: 10_000 + index,
      startedAt: null,
      restarts: 0,
      details: {},
    })),
  };
}

describe("requested shares", () => {
  test("unpinned groups share by healthy instances", () => {
    const shares = requestedShares(balancer({}), [group("a", 3), group("b", 1)]);
    expect([...shares]).toEqual([
      ["a", 75],
      ["b", 25],
    ]);
  });

  test("pinned groups keep their percent and the others take the rest", () => {
    const shares = requestedShares(balancer({ b: 10, c: 10 }), [group("a", 1), group("b", 5), group("c", 5)]);
    expect([...shares]).toEqual([
      ["a", 80],
      ["b", 10],
      ["c", 10],
    ]);
  });

  test("a disabled group gets nothing, whatever its pin", () => {
    const shares = requestedShares(balancer({ b: 60 }), [group("a", 1), group("b", 5, { disabled: true })]);
    expect([...shares]).toEqual([
      ["a", 100],
      ["b", 0],
    ]);
  });

  test("when every enabled group is pinned, the pins are proportions", () => {
    const shares = requestedShares(balancer({ a: 10, b: 30 }), [group("a", 1), group("b", 1)]);
    expect([...shares]).toEqual([
      ["a", 25],
      ["b", 75],
    ]);
  });

  test("shares always add up to 100 while a group is enabled and pins are above 0", () => {
    const arbitrary = fc.array(
      fc.record({
        up: fc.nat(5),
        disabled: fc.boolean(),
        pin: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
      }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(arbitrary, (rows) => {
        const groups = rows.map((row, index) => group(`g${index}`, row.up, { disabled: row.disabled }));
        const pins = Object.fromEntries(
          rows.flatMap((row, index) => (row.pin === undefined ? [] : [[`g${index}`, row.pin]])),
        );
        const shares = [...requestedShares(balancer(pins), groups).values()];
        const sum = shares.reduce((total, share) => total + share, 0);
        expect(shares.every((share) => share >= 0 && share <= 100)).toBe(true);
        expect(sum).toBeCloseTo(rows.every((row) => row.disabled) ? 0 : 100, 6);
      }),
    );
  });
});

test("stopping and out-of-service instances drain, stopped ones are left out", () => {
  const [desired] = desiredBalancers(
    [balancer({})],
    [
      group("a", 1, { state: "stopping" }),
      group("b", 1, { state: "outOfService" }),
      group("c", 1, { state: "stopped" }),
      group("d", 1, { state: "starting" }),
    ],
  );
  expect(desired?.serverGroups.map((each) => each.instances.map((instance) => instance.state))).toEqual([
    ["draining"],
    ["draining"],
    [],
    ["active"],
  ]);
});
