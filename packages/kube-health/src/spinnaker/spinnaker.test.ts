import { describe, expect, test } from "vitest";
import { condition, object } from "../testing/builders.ts";
import { spinnaker, spinnakerConditions } from "./spinnaker.ts";

const says = (manifest: unknown): string => {
  const found = spinnaker(manifest);
  return found === null ? "null" : `${found.status}: ${found.message}`;
};

const workload = (kind: string, spec: object, status: object): object =>
  object("apps/v1", kind, { metadata: { generation: 2 }, spec, status: { observedGeneration: 2, ...status } });

describe("Deployment", () => {
  const done = { replicas: 2, updatedReplicas: 2, availableReplicas: 2, readyReplicas: 2 };
  test.each([
    [{ replicas: 2 }, done, "stable: "],
    [{ replicas: 2 }, { ...done, updatedReplicas: 1 }, "unstable: Waiting for all replicas to be updated"],
    [{ replicas: 2 }, { ...done, replicas: 3 }, "unstable: Waiting for old replicas to finish termination"],
    [{ replicas: 2 }, { ...done, availableReplicas: 1 }, "unstable: Waiting for all replicas to be available"],
    [{ replicas: 2 }, { ...done, readyReplicas: 1 }, "unstable: Waiting for all replicas to be ready"],
    [
      { replicas: 2 },
      { ...done, observedGeneration: 1 },
      "unstable: Waiting for status generation to match updated object generation",
    ],
    [{ replicas: 2 }, { ...done, conditions: [condition("Available", "False", "R", "too few")] }, "unstable: too few"],
    [
      { replicas: 2 },
      { ...done, conditions: [condition("Progressing", "Unknown", "DeploymentPaused", "held")] },
      "paused: held",
    ],
    [
      { replicas: 2 },
      { conditions: [condition("Progressing", "False", "ProgressDeadlineExceeded")] },
      "failed: Deployment exceeded its progress deadline",
    ],
  ])("%j %j", (spec, status, expected) => expect(says(workload("Deployment", spec, status))).toBe(expected));

  test("an old version of the kind is refused", () => {
    expect(says(object("apps/v1beta1", "Deployment"))).toBe("null");
    expect(says(null)).toBe("null");
  });
});

describe("StatefulSet and DaemonSet", () => {
  const rolling = (partition?: number) => ({ updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition } } });
  test.each([
    ["StatefulSet", { replicas: 2, updateStrategy: { type: "OnDelete" } }, {}, "stable: "],
    [
      "StatefulSet",
      { replicas: 2 },
      { replicas: 1 },
      "unstable: Waiting for at least the desired replica count to be met",
    ],
    ["StatefulSet", { replicas: 2 }, { replicas: 2 }, "unstable: Waiting for all updated replicas to be ready"],
    [
      "StatefulSet",
      { replicas: 2, ...rolling(0) },
      { replicas: 2, readyReplicas: 2, updatedReplicas: 1 },
      "unstable: Waiting for partitioned roll out to finish",
    ],
    [
      "StatefulSet",
      { replicas: 2, ...rolling() },
      { replicas: 2, readyReplicas: 2, updatedReplicas: 1 },
      "stable: Partitioned roll out complete",
    ],
    [
      "StatefulSet",
      { replicas: 1 },
      { replicas: 1, readyReplicas: 1 },
      "unstable: Waiting for all updated replicas to be scheduled",
    ],
    [
      "StatefulSet",
      { replicas: 1 },
      { replicas: 1, readyReplicas: 1, currentReplicas: 1, currentRevision: "a", updateRevision: "b" },
      "unstable: Waiting for the updated revision to match the current revision",
    ],
    ["DaemonSet", { updateStrategy: { type: "OnDelete" } }, { desiredNumberScheduled: 3 }, "stable: "],
    ["DaemonSet", rolling(), { desiredNumberScheduled: 1 }, "unstable: Waiting for all replicas to be scheduled"],
    [
      "DaemonSet",
      rolling(),
      { desiredNumberScheduled: 1, currentNumberScheduled: 1, updatedNumberScheduled: 1 },
      "unstable: Waiting for all replicas to be available",
    ],
  ])("%s %j %j", (kind, spec, status, expected) => expect(says(workload(kind, spec, status))).toBe(expected));
});

describe("the rest", () => {
  test.each([
    [workload("ReplicaSet", { replicas: 1 }, {}), "unstable: Waiting for all replicas to be fully-labeled"],
    [object("batch/v1", "Job", { status: {} }), "unstable: Waiting for jobs to finish"],
    [object("batch/v1", "Job", { status: { conditions: [condition("Failed", "True", "R", "why")] } }), "failed: why"],
    [object("batch/v1", "Job", { status: { succeeded: 1 } }), "stable: "],
    [object("v1", "Pod", { status: { phase: "Failed" } }), "unstable: Pod has failed"],
    [object("v1", "Pod", { status: {} }), "unstable: Pod phase is unknown"],
    [object("v1", "Pod"), "unstable: No status reported yet"],
    [
      object("autoscaling/v2", "HorizontalPodAutoscaler", { status: { desiredReplicas: 1, currentReplicas: 3 } }),
      "unstable: Waiting for HPA to complete a scale down, current: 3 desired: 1",
    ],
    [object("v1", "Service", { spec: { type: "LoadBalancer" } }), "stable: "],
    [object("example.com/v1", "Widget", { status: { conditions: [condition("Ready", "False")] } }), "stable: "],
  ])("%j", (manifest, expected) => expect(says(manifest)).toBe(expected));

  test("the four conditions are Clouddriver's", () => {
    expect(spinnakerConditions(object("v1", "Pod"))).toEqual({
      stable: { state: false, message: "No status reported yet" },
      available: { state: false, message: "No availability reported" },
      paused: { state: false, message: null },
      failed: { state: false, message: null },
    });
  });
});
