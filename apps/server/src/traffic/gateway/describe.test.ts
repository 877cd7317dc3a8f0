import { expect, test } from "vitest";
import type { GatewayStatus } from "@gennaker/gateway-config/status.ts";
import { describeBalancer } from "./describe.ts";

const balancer = {
  account: "local",
  region: "local",
  name: "shop",
  application: "shop",
  port: 9000,
  healthCheck: { path: "/health", intervalMs: 1000, timeoutMs: 1000, healthy: 1, unhealthy: 3 },
  pins: {},
};
const inForce = {
  name: "shop",
  bind: "127.0.0.1",
  port: 9000,
  clientConnections: 0,
  inFlight: 0,
  requests: 0,
  unrouted: 0,
  serverGroups: [],
};
const status: GatewayStatus = {
  pid: 1,
  version: "1",
  since: "",
  generation: 4,
  generationSince: "",
  draining: false,
  stateProblem: null,
  loadBalancers: [inForce],
};
const describe = (of: GatewayStatus | null, problem = "") =>
  describeBalancer({ balancer, groups: [], generation: 4, status: of, problem, measured: null });

test("a load balancer that the gateway serves is up", () => {
  expect(describe(status)).toMatchObject({ state: "up", reason: "", generationInForce: 4 });
});

test("one whose port is taken is down and says so, whatever else is the matter", () => {
  const portProblem = "127.0.0.1:9000 is already in use by another process";
  expect(describe({ ...status, loadBalancers: [{ ...inForce, portProblem }] }, "busy")).toMatchObject({
    state: "down",
    reason: portProblem,
  });
});

test("one that the gateway does not know is down for the router's reason, or because it is not there yet", () => {
  expect(describe(null, "the gateway does not answer")).toMatchObject({
    state: "down",
    reason: "the gateway does not answer",
  });
  expect(describe({ ...status, loadBalancers: [] })).toMatchObject({
    state: "down",
    reason: expect.stringContaining("does not serve"),
  });
});
