import { expect, test } from "vitest";
import { can, kindNamed, kindOf, rulesOfKind, sameKind } from "./kinds.ts";

test.each([
  ["Deployment", "deployment"],
  ["deploy", "deployment"],
  ["replicaset", "replicaSet"],
  ["rs.apps", "replicaSet"],
  ["hpa", "horizontalpodautoscaler"],
  ["Ingress.networking.k8s.io", "ingress"],
  ["Service.serving.knative.dev", "Service.serving.knative.dev"],
  ["Widget.Example.com", "Widget.example.com"],
  ["PriorityClass", "PriorityClass"],
])("%s is called %s", (text, name) => {
  expect(kindNamed(text)).toBe(name);
});

test.each([
  [{ apiVersion: "apps/v1", kind: "ReplicaSet" }, "replicaSet"],
  [{ apiVersion: "extensions/v1beta1", kind: "Ingress" }, "ingress"],
  [{ apiVersion: "v1", kind: "Service" }, "service"],
  [{ apiVersion: "serving.knative.dev/v1", kind: "Service" }, "Service.serving.knative.dev"],
  [{ apiVersion: "events.k8s.io/v1", kind: "Event" }, "Event.events.k8s.io"],
  [{ kind: "Pod" }, "pod"],
  [{}, ""],
])("the kind of %j is %s", (manifest, name) => {
  expect(kindOf(manifest)).toBe(name);
});

test("configMaps, secrets, replicaSets and pods are versioned, nothing else", () => {
  const kinds =
    "namespace role clusterRole service configMap secret pod replicaSet deployment statefulSet daemonSet job cronJob hpa";
  expect(kinds.split(" ").filter((kind) => rulesOfKind(kind).versioned)).toEqual([
    "configMap",
    "secret",
    "pod",
    "replicaSet",
  ]);
});

test.each([
  ["namespace", 0],
  ["clusterRole", 20],
  ["roleBinding", 30],
  ["crd", 30],
  ["serviceAccount", 40],
  ["pv", 40],
  ["validatingWebhookConfiguration", 40],
  ["configMap", 50],
  ["pvc", 50],
  ["ingress", 70],
  ["netpol", 70],
  ["apiService", 80],
  ["podDisruptionBudget", 90],
  ["limitRange", 90],
  ["cronJob", 100],
  ["pod", 100],
  ["hpa", 110],
  ["Widget.example.com", 1000],
  ["PriorityClass", 1000],
  ["event", null],
  ["controllerRevision", null],
])("%s has the deploy priority %s", (kind, priority) => {
  expect(rulesOfKind(kind).priority).toBe(priority);
});

test("custom resources of a group that only sounds native are custom", () => {
  expect(rulesOfKind("Deployment.apps.example.com")).toMatchObject({ priority: 1000, binding: null });
});

test("abilities and names ignore case", () => {
  expect([can("Service", "loadBalancer"), can("deployment", "pods"), can("rs", "pods")]).toEqual([true, false, true]);
  expect([
    sameKind("hpa", "HorizontalPodAutoscaler"),
    sameKind("Widget.a.b", "widget.A.B"),
    sameKind("pod", "job"),
  ]).toEqual([true, true, false]);
});

test("cluster-wide kinds have no namespace", () => {
  const kinds = [
    "namespace",
    "clusterRole",
    "storageClass",
    "pv",
    "PriorityClass",
    "crd",
    "role",
    "pvc",
    "Widget.example.com",
  ];
  expect(kinds.map((kind) => rulesOfKind(kind).namespaced)).toEqual([
    false,
    false,
    false,
    false,
    false,
    false,
    true,
    true,
    true,
  ]);
});
