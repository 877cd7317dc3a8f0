import { describe, expect, it } from "vitest";

import { classOf, createCounters, durationBounds, increment, observeDuration, total } from "../proxy/counters.ts";
import { applySnapshot, createRuntime } from "../proxy/runtime.ts";
import { buildMetrics } from "./metrics.ts";
import { buildStatus } from "./status.ts";

const facts = {
  version: "1.2.3",
  since: new Date(0),
  draining: false,
  stateProblem: null,
  portProblem: () => undefined,
};

function sample() {
  const runtime = createRuntime();
  const labels = { application: 'sh"op', account: "local", region: "eu\\1", cluster: "web" };
  const instances = [{ id: "i-1", address: "127.0.0.1", port: 1, zone: "a", state: "active" as const }];
  const serverGroups = [{ name: "web-v000", weight: 100, labels, instances }];
  const loadBalancers = [{ name: "lb", port: 80, serverGroups }];
  applySnapshot(runtime, { generation: 4, loadBalancers }, 0);
  const group = runtime.balancers.get("lb")?.groups[0];
  if (!group) throw new Error("no group");
  return { runtime, group, loadBalancers };
}

describe("the metrics", () => {
  it("have escaped labels, one TYPE per family and cumulative buckets", () => {
    const { runtime, group } = sample();
    for (const duration of [0.4, 1, 1.2, 99_999]) observeDuration(group.counters, duration);
    increment(group.instances[0]?.answers ?? [], classOf(503));
    const text = buildMetrics(runtime, facts);
    const whose =
      'load_balancer="lb",server_group="web-v000",application="sh\\"op",account="local",region="eu\\\\1",cluster="web"';
    expect(text).toContain(`gateway_requests_total{${whose},instance="i-1",zone="a",code_class="5xx"} 1\n`);
    const buckets = [...text.matchAll(/_bucket\{[^}]*le="([^"]+)"\} (\d+)/g)].map(([, le, count]) => [
      le,
      Number(count),
    ]);
    expect(buckets.slice(0, 3)).toEqual([
      ["0.5", 1],
      ["1", 2],
      ["1.5", 3],
    ]);
    expect(buckets.at(-1)).toEqual(["+Inf", 4]);
    expect(text).toContain('gateway_build_info{version="1.2.3"');
    const types = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(new Set(types).size).toBe(types.length);
    expect(text.endsWith("\n")).toBe(true);
  });

  it("show a removed group's last counts once more, as without instances", () => {
    const { runtime, group } = sample();
    increment(group.instances[0]?.answers ?? [], 1);
    applySnapshot(runtime, { generation: 5, loadBalancers: [] }, 10);
    const text = buildMetrics(runtime, facts);
    expect(text).toMatch(/gateway_requests_total\{[^}]*server_group="web-v000"[^}]*code_class="2xx"\} 1\n/);
    expect(text).toMatch(/gateway_healthy_instances\{[^}]*server_group="web-v000"[^}]*\} 0\n/);
  });
});

describe("counters", () => {
  it("put a duration into the first bucket that holds it", () => {
    const counters = createCounters();
    for (const bound of durationBounds) observeDuration(counters, bound);
    expect(counters.durations).toEqual([...durationBounds.map(() => 1), 0]);
    expect(counters.durationSum).toBe(total(durationBounds));
  });

  it("class statuses, and count odd ones as errors", () => {
    expect([101, 200, 302, 404, 500, 700].map(classOf)).toEqual([0, 1, 2, 3, 4, 4]);
  });
});

describe("the status", () => {
  it("tells generation, shares and health", () => {
    const { runtime } = sample();
    expect(buildStatus(runtime, facts)).toMatchObject({
      generation: 4,
      loadBalancers: [
        {
          name: "lb",
          bind: "127.0.0.1",
          serverGroups: [{ weight: 100, share: 100, healthyInstances: 1, instances: [{ health: "unchecked" }] }],
        },
      ],
    });
  });
});
