import { describe, expect, it } from "vitest";
import type { InstanceRow } from "./store/rows.ts";
import type { GroupRow } from "./store/rows.ts";
import { toServerGroup } from "./view.ts";

const created = new Date("2026-01-01T00:00:00Z");
const account = { name: "local", regions: [{ name: "local", zones: ["a", "b"] }] };
const group: GroupRow = {
  account: "local",
  region: "local",
  name: "shop-prod-v004",
  application: "shop",
  cluster: "shop-prod",
  sequence: 4,
  operation_key: "k",
  launch: JSON.stringify({
    application: "shop",
    stack: "prod",
    loadBalancers: ["front"],
    metrics: { path: "/metrics" },
    canaryRole: "baseline",
    artifact: { type: "host/directory", reference: "/x" },
    command: ["x"],
  }),
  artifact_type: "host/directory",
  artifact_reference: "/x",
  artifact_digest: "abc",
  artifact_version: "1.2",
  capacity_min: 1,
  capacity_max: 3,
  capacity_desired: 2,
  disabled: false,
  destroying: false,
  health_status: "stable",
  health_code: "healthy",
  health_reason: "fine",
  created_at: created,
  progress_at: created,
};
const row: InstanceRow = {
  id: "shop-prod-v004-1",
  account: "local",
  region: "local",
  server_group: "shop-prod-v004",
  zone: "a",
  port: 20_001,
  phase: "running",
  attempt: 3,
  pid: 77,
  process_mark: "b:1",
  healthy: true,
  reason: "",
  exit_status: null,
  failures: 0,
  drain_ms: 0,
  created_at: created,
  started_at: created,
  next_start_at: null,
};

describe("a stored server group as others see it", () => {
  it("shows what was deployed and how it is", () => {
    expect(toServerGroup(group, [], account, () => null)).toMatchObject({
      account: "local",
      region: "local",
      name: "shop-prod-v004",
      cloudProvider: "hosts",
      cluster: "shop-prod",
      stack: "prod",
      detail: "",
      sequence: 4,
      createdAt: "2026-01-01T00:00:00.000Z",
      capacity: { min: 1, max: 3, desired: 2 },
      loadBalancers: ["front"],
      zones: ["a", "b"],
      artifact: { type: "host/directory", reference: "/x", digest: "abc", version: "1.2" },
      health: { status: "stable", code: "healthy", reason: "fine" },
      canaryRole: "baseline",
      metricsPath: "/metrics",
      launch: JSON.parse(group.launch),
    });
  });

  it.each<[string, Partial<InstanceRow>, boolean, string, string]>([
    ["healthy", {}, false, "up", "runs and is healthy"],
    ["disabled", {}, true, "outOfService", "runs and is healthy; its server group is disabled"],
    ["starting", { healthy: null, reason: "waits" }, false, "starting", "waits"],
    ["unhealthy", { healthy: false, reason: "answered 503" }, true, "down", "answered 503"],
    [
      "intended",
      { phase: "intended", healthy: null, reason: "is being started" },
      false,
      "starting",
      "is being started",
    ],
    ["crashed", { phase: "exited", healthy: null, reason: "exited" }, false, "down", "exited"],
    ["stopping", { phase: "stopping", reason: "no longer wanted" }, false, "stopping", "no longer wanted"],
  ])("an instance that is %s", (_name, more, disabled, state, reason) => {
    const shown = toServerGroup({ ...group, disabled }, [{ ...row, ...more }], account, () => ({
      cpuPercent: 2,
      memoryBytes: 3,
    }));
    expect(shown.instances).toMatchObject([
      {
        id: row.id,
        state,
        reason,
        address: "127.0.0.1",
        port: 20_001,
        restarts: 2,
        details: { pid: 77, cpuPercent: 2, memoryBytes: 3 },
      },
    ]);
  });
});
