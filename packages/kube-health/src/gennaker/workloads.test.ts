import { describe, expect, test } from "vitest";
import { verdict } from "../health.ts";
import { condition, deployment, object, pod, ready, replicaSet, waiting, warning } from "../testing/builders.ts";
import type { Fields } from "../testing/builders.ts";

const rolling = deployment(
  { replicas: 2 },
  { replicas: 3, updatedReplicas: 1, readyReplicas: 2, availableReplicas: 2 },
);
const complete = deployment(
  { replicas: 2 },
  { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 },
);
const sets = [replicaSet("web-1", 1), replicaSet("web-2", 2)];
const codes = (manifest: unknown, related: unknown[], now?: number): string[] =>
  verdict(manifest, { related, ...(now === undefined ? {} : { now }) }).signs.map(({ code }) => code);

describe("Deployment by its counters", () => {
  test.each([
    [rolling, "progressing", "1 of 2 replicas are updated"],
    [complete, "stable", "All 2 replicas are updated and available"],
    [deployment({ replicas: 0 }, {}), "stable", "Scaled to zero"],
    [deployment({ paused: true }, {}), "paused", "The Deployment is paused"],
    [deployment({}, { observedGeneration: 1 }), "progressing", "The controller has not seen generation 2 (1)"],
    [
      deployment({ replicas: 1 }, { replicas: 2, updatedReplicas: 1 }),
      "progressing",
      "1 old replicas have not ended yet",
    ],
    [
      deployment({}, { conditions: [condition("Progressing", "False", "ProgressDeadlineExceeded", "too slow")] }),
      "failed",
      "The rollout did not end within its deadline: too slow",
    ],
    [
      deployment({ replicas: 1 }, { replicas: 1, updatedReplicas: 1, readyReplicas: 1 }),
      "progressing",
      "0 of 1 replicas are available",
    ],
  ])("%#", (manifest, state, message) => expect(verdict(manifest)).toMatchObject({ state, message }));
});

describe("early signs of the newest revision", () => {
  test("an image that cannot be pulled fails the rollout before its deadline", () => {
    const broken = pod("web-2-a", "web-2", waiting("ImagePullBackOff", "not found"));
    const found = verdict(rolling, { related: [...sets, broken] });
    expect(found.state).toBe("failed");
    expect(found.message).toBe(
      '1 of 2 replicas are updated; container "app" of Pod "web-2-a": the image "shop/web:2" cannot be pulled (ImagePullBackOff): not found',
    );
    expect(found.signs).toMatchObject([
      { code: "image.pull", fatal: true, object: { kind: "Pod", name: "web-2-a", namespace: "shop" } },
    ]);
  });

  test("an old revision's Pod says nothing about the new one", () => {
    const old = pod("web-1-a", "web-1", waiting("CrashLoopBackOff"));
    expect(verdict(rolling, { related: [...sets, old] })).toMatchObject({ state: "progressing", signs: [] });
  });

  test("a crash loop tells how it ended the last time", () => {
    const containerStatuses = [
      {
        name: "app",
        restartCount: 4,
        state: { waiting: { reason: "CrashLoopBackOff" } },
        lastState: { terminated: { exitCode: 137, reason: "OOMKilled" } },
      },
    ];
    const found = verdict(rolling, { related: [...sets, pod("p", "web-2", { phase: "Running", containerStatuses })] });
    expect(found).toMatchObject({ state: "failed", signs: [{ code: "container.crashLoop" }] });
    expect(found.message).toContain("restarted 4 times, the last time with exit code 137, out of memory");
  });

  test("a Pod no node takes is a wait first, and a failure after the grace", () => {
    const at = "2026-01-01T00:00:00Z";
    const conditions = [
      { ...condition("PodScheduled", "False", "Unschedulable", "0/0 nodes are available: ."), lastTransitionTime: at },
    ];
    const related = [...sets, pod("p", "web-2", { phase: "Pending", conditions })];
    const state = (after: number) =>
      verdict(rolling, { related, now: Date.parse(at) + after, schedulingGraceMs: 1000 }).state;
    expect([state(999), state(1000)]).toEqual(["progressing", "failed"]);
  });

  test("a used-up quota, on the ReplicaSet or in its events", () => {
    const message = 'pods "web-2-x" is forbidden: exceeded quota: small, requested: pods=1';
    const failing = replicaSet("web-2", 2, {
      conditions: [condition("ReplicaFailure", "True", "FailedCreate", message)],
    });
    expect(codes(rolling, [failing])).toEqual(["quota.exceeded"]);
    expect(codes(rolling, [...sets, warning("ReplicaSet", "web-2", "FailedCreate", message)])).toEqual([
      "quota.exceeded",
    ]);
    const denied = 'admission webhook "policy" denied the request: no';
    expect(codes(rolling, [...sets, warning("ReplicaSet", "web-2", "FailedCreate", denied)])).toEqual([
      "admission.denied",
    ]);
    expect(codes(rolling, [...sets, warning("ReplicaSet", "web-1", "FailedCreate", denied)])).toEqual([]);
  });

  test("failing probes and volumes are told, newest first, without failing the rollout", () => {
    const related = [
      ...sets,
      pod("p", "web-2", { phase: "Running" }),
      warning("Pod", "p", "Unhealthy", "Readiness probe failed: 500", "2026-01-01T00:00:01Z"),
      warning("Pod", "p", "Unhealthy", "Readiness probe failed: 503", "2026-01-01T00:00:02Z"),
      warning("Pod", "p", "Unhealthy", "Liveness probe failed: timeout"),
      warning("Pod", "p", "FailedMount", "secret not found"),
    ];
    const found = verdict(rolling, { related });
    expect(found.state).toBe("progressing");
    expect(found.signs.map(({ code }) => code)).toEqual(["probe.readiness", "probe.liveness", "volume.mount"]);
    expect(found.message).toContain("503");
  });

  test("a claim that is not bound is named", () => {
    const claim = object("v1", "PersistentVolumeClaim", { status: { phase: "Pending" } }, "data");
    const spec = { volumes: [{ persistentVolumeClaim: { claimName: "data" } }] };
    expect(codes(rolling, [...sets, pod("p", "web-2", { phase: "Pending" }, spec), claim])).toEqual(["volume.pending"]);
  });

  test("without ReplicaSets the Pods are those the selector finds", () => {
    const loose = {
      ...pod("p", "x", waiting("InvalidImageName")),
      metadata: { name: "p", namespace: "shop", labels: { app: "web" } },
    };
    expect(codes(rolling, [loose])).toEqual(["image.pull"]);
    const elsewhere = { ...loose, metadata: { name: "p", namespace: "other", labels: { app: "web" } } };
    expect(codes(rolling, [elsewhere])).toEqual([]);
  });
});

describe("requests really reach the new Pods", () => {
  const one = pod("p", "web-2", { ...ready, podIP: "10.1.0.4" });
  const slice = (endpoints: object[]) =>
    object("discovery.k8s.io/v1", "EndpointSlice", {
      metadata: { name: "s-1", labels: { "kubernetes.io/service-name": "shop" } },
      endpoints,
    });
  const service = (selector: object) => object("v1", "Service", { spec: { selector } }, "shop");
  test.each([
    ["no endpoint", [slice([])], "progressing"],
    ["by target", [slice([{ targetRef: { kind: "Pod", name: "p" }, conditions: { ready: true } }])], "stable"],
    ["by address", [slice([{ addresses: ["10.1.0.4"] }])], "stable"],
    ["not ready", [slice([{ targetRef: { kind: "Pod", name: "p" }, conditions: { ready: false } }])], "progressing"],
    ["a namesake's uid", [slice([{ targetRef: { kind: "Pod", name: "p", uid: "other" } }])], "progressing"],
    ["a Service that does not select it", [slice([]), service({ app: "other" })], "stable"],
    ["a Service that selects it", [slice([]), service({ app: "web" })], "progressing"],
  ])("%s", (_, related, state) => {
    const found = verdict(complete, { related: [...sets, one, ...related] });
    expect(found.state).toBe(state);
    if (state === "progressing") expect(found.message).toBe('Service "shop" does not send requests to Pod "p" yet');
  });
});

describe("other workloads", () => {
  const set = (spec: object, status: object) =>
    object("apps/v1", "StatefulSet", {
      metadata: { name: "db", generation: 1 },
      spec,
      status: { observedGeneration: 1, ...status },
    });
  const member = (name: string, status: Fields) => ({
    ...pod(name, "x", status),
    metadata: { name, ownerReferences: [{ kind: "StatefulSet", name: "db" }] },
  });

  test("a StatefulSet names the ordinal that holds up the others", () => {
    const related = [member("db-0", ready), member("db-1", { phase: "Pending" })];
    const found = verdict(set({ replicas: 3 }, { replicas: 2, readyReplicas: 1 }), { related });
    expect(found.message).toBe('1 of 3 replicas are ready; ordinal 1 (Pod "db-1") is not ready');
    expect(
      verdict(set({ replicas: 3 }, { replicas: 1, readyReplicas: 1 }), { related: [member("db-0", ready)] }).message,
    ).toContain('Pod "db-1" does not exist yet');
  });

  test.each([
    [
      { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
      { updatedReplicas: 0 },
      "progressing",
      "0 of 1 replicas are updated (ordinals below 2 keep the old revision)",
    ],
    [
      { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
      { updatedReplicas: 1 },
      "stable",
      "All 3 replicas are ready (ordinals below 2 keep the old revision)",
    ],
    [
      { replicas: 3, updateStrategy: { type: "OnDelete" } },
      { updatedReplicas: 1 },
      "stable",
      "All 3 replicas are ready, 1 updated; the others are updated when deleted",
    ],
    [
      { replicas: 3 },
      { updatedReplicas: 3 },
      "progressing",
      "All replicas are updated; the controller has not closed the revision yet",
    ],
    [{ replicas: 3 }, { updatedReplicas: 3, currentRevision: "b" }, "stable", "All 3 replicas are ready"],
    [{ replicas: 2 }, {}, "progressing", "1 replicas too many have not ended yet"],
  ])("StatefulSet %j %j", (spec, status, state, message) => {
    const counts = { replicas: 3, readyReplicas: 3, currentRevision: "a", updateRevision: "b", ...status };
    expect(verdict(set(spec, counts))).toMatchObject({ state, message });
  });

  test.each([
    [{}, "progressing", "The controller has not counted the nodes yet"],
    [{ desiredNumberScheduled: 3, currentNumberScheduled: 2 }, "progressing", "2 of 3 nodes have a Pod"],
    [
      { desiredNumberScheduled: 3, currentNumberScheduled: 3, updatedNumberScheduled: 1 },
      "progressing",
      "1 of 3 nodes have the new Pod",
    ],
    [
      { desiredNumberScheduled: 3, currentNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 1 },
      "progressing",
      "The Pod is not available on 2 of 3 nodes",
    ],
    [{ desiredNumberScheduled: 0 }, "stable", "No node is eligible"],
  ])("DaemonSet %j", (status, state, message) => {
    const manifest = object("apps/v1", "DaemonSet", {
      metadata: { generation: 1 },
      status: { observedGeneration: 1, ...status },
    });
    expect(verdict(manifest)).toMatchObject({ state, message });
  });

  test("a ReplicaSet that may not create Pods has failed", () => {
    const status = {
      observedGeneration: 1,
      conditions: [condition("ReplicaFailure", "True", "FailedCreate", "exceeded quota: q")],
    };
    const manifest = object("apps/v1", "ReplicaSet", {
      metadata: { name: "r", generation: 1 },
      spec: { replicas: 1 },
      status,
    });
    expect(verdict(manifest)).toMatchObject({ state: "failed", signs: [{ code: "quota.exceeded" }] });
    expect(verdict(manifest).message).toContain("the namespace's quota is used up");
  });
});
