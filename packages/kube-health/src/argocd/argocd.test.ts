import { describe, expect, test } from "vitest";
import { condition, object } from "../testing/builders.ts";
import { argocd } from "./argocd.ts";

const says = (manifest: unknown): string => {
  const found = argocd(manifest);
  return found === null ? "null" : `${found.status}: ${found.message}`;
};

describe("before the kind", () => {
  test.each([
    [null, "Missing: Resource not found"],
    ["text", "Unknown: The manifest is not an object."],
    [object("v1", "ConfigMap"), "null"],
    [object("example.com/v1", "Widget", { status: { conditions: [condition("Ready", "False")] } }), "null"],
    [
      object("v1", "ConfigMap", { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["x"] } }),
      "Progressing: Pending deletion",
    ],
    [
      object("v1", "Service", {
        metadata: { deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["argocd.argoproj.io/hook-finalizer"] },
      }),
      "Healthy: ",
    ],
    [object("apps/v1beta1", "Deployment"), "Unknown: unsupported Deployment GVK: apps/v1beta1, Kind=Deployment"],
    [
      object("autoscaling/v3", "HorizontalPodAutoscaler"),
      "Unknown: unsupported HPA GVK: autoscaling/v3, Kind=HorizontalPodAutoscaler",
    ],
    [object("v2", "Pod"), "Unknown: unsupported Pod GVK: /v2, Kind=Pod"],
    [object("extensions/v1beta1", "Deployment"), "null"],
    [
      object("apps/v1", "Deployment", { spec: { replicas: "3" } }),
      "Unknown: failed to convert unstructured Deployment to typed: spec.replicas is not a whole number",
    ],
  ])("%j", (manifest, expected) => expect(says(manifest)).toBe(expected));
});

describe("workloads", () => {
  test.each([
    ["Deployment", { paused: true }, {}, "Suspended: Deployment is paused"],
    ["Deployment", {}, {}, "Healthy: "],
    [
      "Deployment",
      { replicas: 3 },
      { updatedReplicas: 1 },
      "Progressing: Waiting for rollout to finish: 1 out of 3 new replicas have been updated...",
    ],
    [
      "Deployment",
      {},
      { conditions: [condition("Progressing", "False", "ProgressDeadlineExceeded")] },
      'Degraded: Deployment "web" exceeded its progress deadline',
    ],
    ["ReplicaSet", {}, { conditions: [condition("ReplicaFailure", "True", "R", "quota")] }, "Degraded: quota"],
    [
      "ReplicaSet",
      { replicas: 2 },
      { availableReplicas: 1 },
      "Progressing: Waiting for rollout to finish: 1 out of 2 new replicas are available...",
    ],
    ["StatefulSet", {}, {}, "Progressing: Waiting for statefulset spec update to be observed..."],
    [
      "StatefulSet",
      { replicas: 3 },
      { observedGeneration: 1, readyReplicas: 1 },
      "Progressing: Waiting for 2 pods to be ready...",
    ],
    [
      "StatefulSet",
      { replicas: 3, updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 2 } } },
      { observedGeneration: 1, readyReplicas: 3 },
      "Progressing: Waiting for partitioned roll out to finish: 0 out of 1 new pods have been updated...",
    ],
    [
      "StatefulSet",
      { updateStrategy: { type: "OnDelete" } },
      { observedGeneration: 1, readyReplicas: 3 },
      "Healthy: statefulset has 3 ready pods",
    ],
    [
      "DaemonSet",
      {},
      { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1 },
      'Progressing: Waiting for daemon set "web" rollout to finish: 1 of 2 updated pods are available...',
    ],
  ])("%s %j %j", (kind, spec, status, expected) =>
    expect(says(object("apps/v1", kind, { spec, status }))).toBe(expected),
  );
});

describe("Pods", () => {
  const statuses = (state: object, more: object = {}) => [{ name: "app", state, ...more }];
  test.each([
    [
      "Always",
      { phase: "Running", containerStatuses: statuses({ waiting: { reason: "ErrX", message: "a" } }) },
      "Degraded: a",
    ],
    [
      "Never",
      { phase: "Pending", containerStatuses: statuses({ waiting: { reason: "ErrX", message: "a" } }) },
      "Progressing: ",
    ],
    ["Always", { phase: "Running", conditions: [condition("Ready", "True")], message: "m" }, "Healthy: m"],
    [
      "Always",
      { phase: "Running", containerStatuses: statuses({}, { lastState: { terminated: { exitCode: 1 } } }) },
      "Degraded: ",
    ],
    ["", { phase: "Running" }, "Unknown: "],
    [
      "Never",
      { phase: "Failed", containerStatuses: statuses({ terminated: { reason: "OOMKilled", exitCode: 137 } }) },
      "Degraded: OOMKilled",
    ],
    [
      "Never",
      { phase: "Failed", containerStatuses: statuses({ terminated: { exitCode: 3 } }) },
      'Degraded: container "app" failed with exit code 3',
    ],
    [
      "Never",
      {
        phase: "Failed",
        initContainerStatuses: [{ name: "i", state: { terminated: { message: "first" } } }],
        containerStatuses: statuses({ terminated: { message: "second" } }),
      },
      "Degraded: first",
    ],
  ])("%s %j", (restartPolicy, status, expected) =>
    expect(says(object("v1", "Pod", { spec: { restartPolicy }, status }))).toBe(expected),
  );
});

describe("the rest", () => {
  const annotation = (value: string) => ({
    name: "x",
    annotations: { "autoscaling.alpha.kubernetes.io/conditions": value },
  });
  test.each([
    [object("batch/v1", "Job", { status: { conditions: [condition("Failed", "True", "R", "why")] } }), "Degraded: why"],
    [
      object("batch/v1", "Job", { status: { conditions: [condition("Suspended", "True", "R", "why")] } }),
      "Suspended: ",
    ],
    [
      object("batch/v1", "Job", { status: { conditions: [condition("Suspended", "False", "R", "on")] } }),
      "Healthy: on",
    ],
    [object("v1", "PersistentVolumeClaim", { status: { phase: "Lost" } }), "Degraded: "],
    [object("networking.k8s.io/v1", "Ingress"), "Progressing: "],
    [object("apiregistration.k8s.io/v1", "APIService"), "Progressing: Waiting to be processed"],
    [object("argoproj.io/v1alpha1", "Workflow", { status: { phase: "Error", message: "m" } }), "Degraded: m"],
    [object("autoscaling/v1", "HorizontalPodAutoscaler"), "Progressing: Waiting to Autoscale"],
    [
      object("autoscaling/v1", "HorizontalPodAutoscaler", {
        metadata: annotation('[{"Type":"AbleToScale","STATUS":"True","message":"ok"}]'),
      }),
      "Healthy: ok",
    ],
    [
      object("autoscaling/v2", "HorizontalPodAutoscaler", {
        status: { conditions: [condition("ScalingActive", "False", "InvalidSelector", "bad")] },
      }),
      "Degraded: bad",
    ],
  ])("%j", (manifest, expected) => expect(says(manifest)).toBe(expected));

  test("an annotation that is no JSON is Unknown with the reason", () => {
    const manifest = object("autoscaling/v1", "HorizontalPodAutoscaler", { metadata: annotation("{") });
    expect(says(manifest)).toMatch(/^Unknown: failed to convert conditions annotation to typed: /u);
  });
});
