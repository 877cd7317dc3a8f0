import { describe, expect, test } from "vitest";
import { condition, object } from "../testing/builders.ts";
import { kstatus } from "./kstatus.ts";

const says = (manifest: unknown, now?: number): string => {
  const { status, message } = kstatus(manifest, now);
  return `${status}: ${message}`;
};

const deployment = (spec: object, status: object): object => object("apps/v1", "Deployment", { spec, status });

describe("before the kind", () => {
  test.each([
    [null, "NotFound: Resource not found"],
    [
      { kind: "X", metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } },
      "Terminating: Resource scheduled for deletion",
    ],
    [
      { kind: "X", metadata: { generation: 3 }, status: { observedGeneration: 2 } },
      "InProgress: X generation is 3, but latest observed generation is 2",
    ],
    [{ kind: "X", status: { conditions: [condition("Stalled", "True", "R", "stuck")] } }, "Failed: stuck"],
    [{ kind: "X", status: { conditions: [condition("Reconciling", "True", "R", "busy")] } }, "InProgress: busy"],
    [{ kind: "X", status: { conditions: [condition("Ready", "Unknown", "R", "who knows")] } }, "InProgress: who knows"],
    [{ kind: "X", status: { conditions: [condition("Ready", "True")] } }, "Current: Resource is Ready"],
    [{ kind: "X", status: { conditions: [condition("Ready", "Maybe")] } }, "Current: Resource is current"],
    [{ kind: "X" }, "Current: Resource is current"],
    [{ kind: "X", metadata: { generation: "3" } }, "null: metadata.generation is not a whole number"],
    [{ kind: "X", status: "fine" }, "null: status is not an object"],
    [{ kind: "X", status: { conditions: [1] } }, "null: status.conditions is not a list of conditions"],
    [7, "null: The manifest is not an object."],
  ])("%j", (manifest, expected) => expect(says(manifest)).toBe(expected));

  test("the standard conditions outrank the kind's own rules", () => {
    const manifest = object("v1", "ConfigMap", { status: { conditions: [condition("Stalled", "True", "R", "no")] } });
    expect(kstatus(manifest)).toEqual({
      status: "Failed",
      message: "no",
      conditions: [{ type: "Stalled", status: "True", reason: "R", message: "no" }],
    });
  });
});

describe("Deployment", () => {
  const done = { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
  const conditions = [condition("Available", "True"), condition("Progressing", "True", "NewReplicaSetAvailable")];
  test.each([
    [{ replicas: 2 }, {}, "InProgress: Replicas: 0/2"],
    [{ replicas: 2 }, { ...done, updatedReplicas: 1 }, "InProgress: Updated: 1/2"],
    [{ replicas: 2 }, { ...done, replicas: 3 }, "InProgress: Pending termination: 1"],
    [{ replicas: 2 }, { ...done, availableReplicas: 1 }, "InProgress: Available: 1/2"],
    [{ replicas: 2 }, { ...done, readyReplicas: 0 }, "InProgress: Ready: 0/2"],
    [{ replicas: 2, progressDeadlineSeconds: 60 }, done, "InProgress: ReplicaSet not Available"],
    [{ replicas: 2 }, done, "InProgress: Deployment not Available"],
    [
      { replicas: 2, progressDeadlineSeconds: 60 },
      { ...done, conditions },
      "Current: Deployment is available. Replicas: 2",
    ],
    [
      { replicas: 2 },
      { conditions: [condition("Progressing", "False", "ProgressDeadlineExceeded", "too slow")] },
      "Failed: Progress deadline exceeded",
    ],
  ])("%j %j", (spec, status, expected) => expect(says(deployment(spec, status))).toBe(expected));
});

describe("other workloads", () => {
  test.each([
    [
      "ReplicaSet",
      { replicas: 2 },
      { conditions: [condition("ReplicaFailure", "True")] },
      "InProgress: Replica Failure condition. Check Pods",
    ],
    ["ReplicaSet", { replicas: 2 }, { fullyLabeledReplicas: 1 }, "InProgress: Labelled: 1/2"],
    ["ReplicaSet", { replicas: 1 }, { fullyLabeledReplicas: 1 }, "InProgress: Available: 0/1"],
    ["ReplicaSet", { replicas: 1 }, { fullyLabeledReplicas: 1, availableReplicas: 1 }, "InProgress: Ready: 0/1"],
    ["ReplicaSet", { replicas: 0 }, { replicas: 2 }, "InProgress: Pending termination: 2"],
    ["ReplicaSet", { replicas: 0 }, {}, "Current: ReplicaSet is available. Replicas: 0"],
    [
      "StatefulSet",
      { updateStrategy: { type: "OnDelete" } },
      {},
      "Current: StatefulSet is using the ondelete update strategy",
    ],
    ["StatefulSet", {}, { replicas: 1 }, "InProgress: Ready: 0/1"],
    ["StatefulSet", {}, { replicas: 2, readyReplicas: 2 }, "InProgress: Pending termination: 1"],
    [
      "StatefulSet",
      { replicas: 3, updateStrategy: { rollingUpdate: { partition: 1 } } },
      { replicas: 3, readyReplicas: 3, updatedReplicas: 1 },
      "InProgress: updated: 1/2",
    ],
    [
      "StatefulSet",
      { replicas: 3, updateStrategy: { rollingUpdate: { partition: 1 } } },
      { replicas: 3, readyReplicas: 3, updatedReplicas: 2 },
      "Current: Partition rollout complete. updated: 2",
    ],
    ["StatefulSet", {}, { replicas: 1, readyReplicas: 1 }, "InProgress: current: 0/1"],
    [
      "StatefulSet",
      {},
      { replicas: 1, readyReplicas: 1, currentReplicas: 1, currentRevision: "a", updateRevision: "b" },
      "InProgress: Waiting for updated revision to match current",
    ],
  ])("%s %j %j", (kind, spec, status, expected) =>
    expect(says(object("apps/v1", kind, { spec, status }))).toBe(expected),
  );

  test("a DaemonSet that no controller has seen is in progress", () => {
    expect(says(object("apps/v1", "DaemonSet"))).toBe("InProgress: DaemonSet metadata.generation not found");
    const metadata = { generation: 1 };
    const seen = (status: object): string => says(object("apps/v1", "DaemonSet", { metadata, status }));
    expect(seen({})).toBe("InProgress: DaemonSet status.observedGeneration not found");
    expect(seen({ observedGeneration: 1 })).toBe("InProgress: Missing .status.desiredNumberScheduled");
    const counts = { observedGeneration: 1, desiredNumberScheduled: 2, currentNumberScheduled: 2 };
    expect(seen(counts)).toBe("InProgress: Updated: 0/2");
    expect(seen({ ...counts, updatedNumberScheduled: 2, numberAvailable: 2, numberReady: 1 })).toBe(
      "InProgress: Ready: 1/2",
    );
  });
});

describe("Pods, Jobs and the rest", () => {
  const unschedulable = { phase: "Pending", conditions: [condition("PodScheduled", "False", "Unschedulable")] };
  test("an unschedulable Pod has fifteen seconds", () => {
    const manifest = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { creationTimestamp: "2026-01-01T00:00:00Z" },
      status: unschedulable,
    };
    const created = Date.parse("2026-01-01T00:00:00Z");
    expect(says(manifest, created + 14_999)).toBe("InProgress: Pod has not been scheduled");
    expect(says(manifest, created + 15_000)).toBe("Failed: Pod could not be scheduled");
  });

  test("a phase kstatus does not know is its error", () => {
    expect(says(object("v1", "Pod", { status: { phase: "Unknown" } }))).toBe("null: unknown phase Unknown");
  });

  test("all containers in a crash loop are named", () => {
    const container = (name: string, reason: string) => ({ name, state: { waiting: { reason } } });
    const containerStatuses = [
      container("a", "CrashLoopBackOff"),
      container("b", "Other"),
      container("c", "CrashLoopBackOff"),
    ];
    const manifest = object("v1", "Pod", { status: { phase: "Running", containerStatuses } });
    expect(says(manifest)).toBe("Failed: Containers in CrashLoop state: a,c");
  });

  test.each([
    ["batch/v1", "Job", {}, {}, "InProgress: Job not started"],
    [
      "batch/v1",
      "Job",
      { parallelism: 3 },
      { conditions: [condition("Failed", "True")], failed: 2 },
      "Failed: Job Failed. failed: 2/3",
    ],
    [
      "batch/v1",
      "Job",
      { suspend: true },
      { conditions: [condition("Suspended", "True")] },
      "Current: Job is suspended",
    ],
    ["batch/v1", "Job", {}, { startTime: "x", active: 1 }, "Current: Job in progress. success:0, active: 1, failed: 0"],
    ["v1", "Service", { type: "LoadBalancer" }, {}, "InProgress: ClusterIP not set. Service type: LoadBalancer"],
    ["v1", "Service", { type: "LoadBalancer", clusterIP: "10.0.0.1" }, {}, "Current: Service is ready"],
    ["v1", "PersistentVolumeClaim", {}, { phase: "Pending" }, "InProgress: PVC is not Bound. phase: Pending"],
    ["v1", "Secret", {}, {}, "Current: Resource is always ready"],
    [
      "apiextensions.k8s.io/v1",
      "CustomResourceDefinition",
      {},
      { conditions: [condition("NamesAccepted", "False", "Taken", "names are taken")] },
      "Failed: names are taken",
    ],
  ])("%s %s %j %j", (apiVersion, kind, spec, status, expected) =>
    expect(says(object(apiVersion, kind, { spec, status }))).toBe(expected),
  );
});
