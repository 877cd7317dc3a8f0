import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Snapshot } from "@gennaker/gateway-config/snapshot.ts";

import type { RequestHead } from "../http1/head.ts";
import { parseRequestHead } from "../http1/head.ts";
import { choose, nextGroup, pickInstance } from "./balance.ts";
import type { BalancerRuntime } from "./model.ts";
import { applySnapshot, createRuntime, refresh } from "./runtime.ts";
import type { Runtime } from "./runtime.ts";

const labels = { application: "a", account: "b", region: "c", cluster: "d" };
const head = parseRequestHead("GET / HTTP/1.1\r\nHost: a\r\nX-To: b") as RequestHead;

function snapshot(generation: number, weights: Record<string, number>, instances = 2): Snapshot {
  const serverGroups = Object.entries(weights).map(([name, weight]) => ({
    name,
    weight,
    labels,
    instances: Array.from({ length: instances }, (_, index) => ({
      id: `${name}-${index}`,
      address: "127.0.0.1",
      port: 1000 + index,
      state: "active" as const,
    })),
  }));
  return { generation, loadBalancers: [{ name: "lb", port: 80, serverGroups }] };
}

function balancerOf(runtime: Runtime): BalancerRuntime {
  const balancer = runtime.balancers.get("lb");
  if (!balancer) throw new Error("no balancer");
  return balancer;
}

function build(weights: Record<string, number>, instances = 2): { runtime: Runtime; balancer: BalancerRuntime } {
  const runtime = createRuntime();
  applySnapshot(runtime, snapshot(1, weights, instances), 0);
  return { runtime, balancer: balancerOf(runtime) };
}

describe("the choice of a group", () => {
  it("stays within one request per group of the exact share, at every length of run", () => {
    const weights = fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 500 }), (raw, count) => {
        const sum = raw.reduce((left, right) => left + right, 0);
        const { balancer } = build(
          Object.fromEntries(raw.map((weight, index) => [`g${index}`, (weight / sum) * 100])),
          1,
        );
        const counts = new Map<string, number>();
        for (let round = 1; round <= count; round += 1) {
          const name = nextGroup(balancer.weighted, [])?.name ?? "";
          counts.set(name, (counts.get(name) ?? 0) + 1);
          for (const group of balancer.groups) {
            const exact = (round * group.weight) / 100;
            expect(Math.abs((counts.get(group.name) ?? 0) - exact)).toBeLessThan(raw.length);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it("keeps its balance when a snapshot changes other things", () => {
    const { runtime, balancer } = build({ a: 50, b: 50 });
    const chosen: string[] = [];
    for (let round = 2; round < 12; round += 1) {
      chosen.push(nextGroup(balancer.weighted, [])?.name ?? "");
      applySnapshot(runtime, snapshot(round, { a: 50, b: 50 }), 0);
    }
    expect(chosen.filter((name) => name === "a")).toHaveLength(5);
  });

  it("leaves out groups of which everything was tried", () => {
    const { balancer } = build({ a: 99, b: 1 });
    const [a, b] = balancer.groups;
    expect(nextGroup(balancer.weighted, a?.instances ?? [])).toBe(b);
    expect(choose(balancer, head, [...(a?.instances ?? []), ...(b?.instances ?? [])], a)).toBe(
      "every healthy instance was tried",
    );
  });
});

describe("the choice of an instance", () => {
  it("takes turns, and a retry takes none", () => {
    const { balancer } = build({ a: 100 }, 3);
    const group = balancer.groups[0];
    if (!group) throw new Error("no group");
    const first = pickInstance(balancer, group, []);
    expect(first?.id).toBe("a-0");
    expect(pickInstance(balancer, group, first ? [first] : [])?.id).toBe("a-1");
    expect(pickInstance(balancer, group, [])?.id).toBe("a-1");
    expect(pickInstance(balancer, group, [])?.id).toBe("a-2");
    expect(pickInstance(balancer, group, [])?.id).toBe("a-0");
  });

  it("prefers the least busy one when told to", () => {
    const { balancer } = build({ a: 100 }, 3);
    const group = balancer.groups[0];
    if (!group) throw new Error("no group");
    balancer.config.algorithm = "least-in-flight";
    for (const [index, each] of group.instances.entries()) each.inFlight = index === 1 ? 0 : 2;
    expect(pickInstance(balancer, group, [])?.id).toBe("a-1");
  });

  it("never takes draining, unknown or unhealthy ones", () => {
    const { balancer } = build({ a: 100 }, 3);
    const [first, second, third] = balancer.groups[0]?.instances ?? [];
    if (!first || !second || !third) throw new Error("no instances");
    first.state = "draining";
    second.health = "unknown";
    third.health = "unhealthy";
    refresh(balancer);
    expect(choose(balancer, head, [], undefined)).toBe(
      "no instance of a is healthy; the first health checks are still running",
    );
  });
});

describe("header routes and retries", () => {
  it("send where the header says, or say why not", () => {
    const { balancer } = build({ a: 100, b: 0 });
    balancer.config.headerRoutes = [{ header: "x-to", value: "b", serverGroup: "b" }];
    expect(choose(balancer, head, [], undefined)).toMatchObject({ group: { name: "b" } });
    for (const each of balancer.groups[1]?.instances ?? []) each.state = "draining";
    refresh(balancer);
    expect(choose(balancer, head, [], undefined)).toMatch(/server group b, which a header of the request asks for/);
  });

  it("stay in the group while it has another instance", () => {
    const { balancer } = build({ a: 1, b: 99 });
    const a = balancer.groups[0];
    const tried = a?.instances[0];
    expect(choose(balancer, head, tried ? [tried] : [], a)).toMatchObject({ instance: { id: "a-1" } });
  });
});

describe("applying snapshots", () => {
  it("keeps health and counters of what stays and forgets what left only after a while", () => {
    const { runtime, balancer } = build({ a: 50, b: 50 });
    const kept = balancer.groups[0]?.instances[0];
    if (kept) kept.answers[1] = 9;
    applySnapshot(runtime, snapshot(2, { a: 100 }, 1), 1_000);
    expect(balancer.groups[0]?.instances[0]).toBe(kept);
    expect(runtime.departed.map(({ group, instance }) => instance?.id ?? group.name)).toEqual([
      "a-1",
      "b-0",
      "b-1",
      "b",
    ]);
    applySnapshot(runtime, snapshot(3, { a: 100 }, 1), 400_000);
    expect(runtime.departed).toEqual([]);
  });

  it("treats another address under the same id as a new instance", () => {
    const { runtime, balancer } = build({ a: 100 }, 1);
    const before = balancer.groups[0]?.instances[0];
    const moved = snapshot(2, { a: 100 }, 1);
    const config = moved.loadBalancers[0]?.serverGroups[0]?.instances[0];
    if (config) config.port = 4000;
    applySnapshot(runtime, moved, 0);
    expect(before?.removed).toBe(true);
    expect(balancer.groups[0]?.instances[0]).toMatchObject({ port: 4000, removed: false });
  });
});
