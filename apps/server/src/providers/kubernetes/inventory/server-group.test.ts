import { describe, expect, it } from "vitest";
import { heldCaches } from "../testing/held-caches.ts";
import { ingressTo, nodeIn, pod, replicaSet, serviceOf, sliceOf } from "../testing/objects.ts";
import { toServerGroup } from "./server-group.ts";

const moniker = {
  "moniker.spinnaker.io/application": "shop",
  "moniker.spinnaker.io/cluster": "replicaSet web",
};
const attached = { ...moniker, "traffic.spinnaker.io/load-balancers": '["service web"]' };

describe("a workload as a server group", () => {
  it("shows what runs, where, and who leads to it", () => {
    const set = replicaSet("web-v003", { annotations: attached });
    const caches = heldCaches(
      set,
      pod("a", set),
      serviceOf("web", { app: "web" }),
      sliceOf("web", "a"),
      ingressTo("front", "web"),
      nodeIn("zone-a"),
    );
    expect(toServerGroup("prod", caches, set)).toMatchObject({
      account: "prod",
      region: "shop",
      name: "replicaSet web-v003",
      cluster: "replicaSet web",
      application: "shop",
      sequence: 3,
      createdAt: "2026-01-01T00:00:00.000Z",
      disabled: false,
      capacity: { min: 1, max: 1, desired: 1 },
      loadBalancers: ["ingress front", "service web"],
      zones: ["zone-a"],
      artifact: {
        type: "docker/image",
        reference: "r.example/web:2.1",
        digest: `sha256:${"a".repeat(64)}`,
        version: "2.1",
      },
      health: { status: "stable", code: "stable" },
      instances: [
        {
          id: "a",
          zone: "zone-a",
          state: "up",
          address: "198.18.0.1",
          port: 80,
          restarts: 2,
          reason: "runs and is ready",
        },
      ],
    });
  });

  it("is disabled where none of its Services selects it, and its instances wait", () => {
    const set = replicaSet("web-v004", { annotations: attached });
    const caches = heldCaches(set, pod("b", set), serviceOf("web", { app: "web", lb: "web" }));
    expect(toServerGroup("prod", caches, set)).toMatchObject({
      disabled: true,
      loadBalancers: [],
      instances: [{ state: "outOfService" }],
    });
    const broken = replicaSet("web-v005", { annotations: { ...attached, "traffic.spinnaker.io/load-balancers": "?" } });
    expect(toServerGroup("prod", heldCaches(broken), broken).disabled).toBe(false);
  });

  it("is not stable while its Pods get no requests", () => {
    const set = replicaSet("web-v006", { annotations: moniker });
    const caches = heldCaches(set, pod("c", set), serviceOf("web", { app: "web" }), sliceOf("web", "other"));
    expect(toServerGroup("prod", caches, set).health).toMatchObject({
      status: "progressing",
      code: "endpoints.missing",
    });
  });

  it("tells each instance's state", () => {
    const set = replicaSet("web-v007", {}, 6);
    const caches = heldCaches(
      set,
      pod("down", set, { ready: false }),
      pod("new", set, { status: { phase: "Pending", containerStatuses: [], conditions: [] } }),
      pod("done", set, { status: { phase: "Succeeded" } }),
      pod("failed", set, { status: { phase: "Failed", message: "the node was low on memory" } }),
      pod("lost", set, { status: { phase: "Unknown" } }),
    );
    caches.put({
      ...pod("leaving", set),
      metadata: { ...pod("leaving", set).metadata, deletionTimestamp: "2026-01-02T00:00:00Z" },
    });
    const states = toServerGroup("prod", caches, set).instances.map(({ id, state }) => [id, state]);
    expect(Object.fromEntries(states)).toEqual({
      down: "down",
      new: "starting",
      done: "stopped",
      failed: "down",
      lost: "unknown",
      leaving: "stopping",
    });
  });

  it("of a DaemonSet has the size that the nodes ask for", () => {
    const daemons = { ...replicaSet("agent"), kind: "DaemonSet", status: { desiredNumberScheduled: 4 } };
    expect(toServerGroup("prod", heldCaches(daemons), daemons).capacity.desired).toBe(4);
  });

  it("has the bounds of what scales it, or its Deployment", () => {
    const autoscaler = (kind: string, name: string, bounds: object) => ({
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name, namespace: "shop" },
      spec: { scaleTargetRef: { apiVersion: "apps/v1", kind, name }, ...bounds },
    });
    const ownerReferences = [{ apiVersion: "apps/v1", kind: "Deployment", name: "api", uid: "d", controller: true }];
    const own = replicaSet("web-v001", {}, 3);
    const owned = replicaSet("api-6d4cf", { ownerReferences }, 2);
    const old = replicaSet("api-5c3be", { ownerReferences }, 0);
    const other = replicaSet("api", { namespace: "elsewhere" }, 1);
    const caches = heldCaches(
      own,
      owned,
      old,
      other,
      autoscaler("ReplicaSet", "web-v001", { minReplicas: 2, maxReplicas: 9 }),
      autoscaler("Deployment", "api", { maxReplicas: 4 }),
    );
    const capacities = [own, owned, old, other].map((each) => toServerGroup("prod", caches, each).capacity);
    expect(capacities).toEqual([
      { min: 2, max: 9, desired: 3 },
      { min: 1, max: 4, desired: 2 },
      { min: 0, max: 0, desired: 0 },
      { min: 1, max: 1, desired: 1 },
    ]);
  });

  it("serves metrics to Gennaker only when its Pods' template says where", () => {
    const set = replicaSet("web-v001");
    const caches = heldCaches(set);
    expect(toServerGroup("prod", caches, set).metricsPath).toBeNull();
    const template = (annotations: Record<string, string>) => ({
      ...set,
      spec: { template: { metadata: { annotations } } },
    });
    const asking = template({ "metrics.gennaker.io/path": "/metrics" });
    expect(toServerGroup("prod", caches, asking).metricsPath).toBe("/metrics");
    const wrong = template({ "metrics.gennaker.io/path": "http://elsewhere/", "prometheus.io/scrape": "true" });
    expect(toServerGroup("prod", caches, wrong).metricsPath).toBeNull();
  });
});
