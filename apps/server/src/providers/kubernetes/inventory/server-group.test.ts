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
});
