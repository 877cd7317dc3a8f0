import type { GatewayStatus } from "@gennaker/gateway-config/status.ts";
import { expect, test } from "vitest";
import { createTrafficMeter, sharesAgree } from "./traffic-meter.ts";

function status(a: number, b: number): GatewayStatus {
  const group = (name: string, requests: number) => ({
    name,
    weight: 50,
    share: 50,
    healthyInstances: 1,
    inFlight: 0,
    requests,
    errors: 0,
    instances: [],
  });
  return {
    pid: 1,
    version: "1",
    since: "",
    generation: 1,
    generationSince: "",
    draining: false,
    stateProblem: null,
    loadBalancers: [
      {
        name: "web",
        bind: "127.0.0.1",
        port: 1,
        clientConnections: 0,
        inFlight: 0,
        requests: a + b,
        unrouted: 0,
        serverGroups: [group("a", a), group("b", b)],
      },
    ],
  };
}

test("tells rate and split between two readings", () => {
  const meter = createTrafficMeter();
  meter.add(status(100, 100), 1_000);
  expect(meter.since("web", 0)).toBeNull();
  meter.add(status(190, 110), 3_000);
  const measured = meter.since("web", 0);
  expect(measured).toMatchObject({ requests: 100, perSecond: 50 });
  expect([...(measured?.split ?? [])]).toEqual([
    ["a", 90],
    ["b", 10],
  ]);
});

test("begins again when the gateway's counters do", () => {
  const meter = createTrafficMeter();
  meter.add(status(1000, 1000), 1_000);
  meter.add(status(5, 5), 2_000);
  meter.add(status(15, 5), 3_000);
  expect(meter.since("web", 0)?.requests).toBe(10);
});

test.each([
  [50, 50, 1000, true],
  [10, 25, 1000, false],
  [0, 30, 1000, false],
  [10, 90, 50, null],
])("requested %d against measured %d of %d requests: %s", (requested, measured, requests, agrees) => {
  expect(sharesAgree(requested, measured, requests)).toBe(agrees);
});
