import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { health, healthModes } from "./health.ts";
import { condition, deployment, object, pod, ready, replicaSet, waiting, warning } from "./testing/builders.ts";
import type { Fields } from "./testing/builders.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

type Case = { readonly manifest: Fields; readonly related?: readonly unknown[] };

const counts = (count: number): Fields => ({
  replicas: count,
  updatedReplicas: count,
  readyReplicas: count,
  availableReplicas: count,
  conditions: [condition("Available", "True"), condition("Progressing", "True", "NewReplicaSetAvailable")],
});
const rolling = deployment(
  { replicas: 2 },
  { replicas: 2, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 },
);
const quota = condition("ReplicaFailure", "True", "FailedCreate", "exceeded quota: small");
const set = replicaSet("web-1", 1);
const workload = (kind: string, spec: Fields, status: Fields): Fields =>
  object("apps/v1", kind, {
    metadata: { name: "web", generation: 1 },
    spec,
    status: { observedGeneration: 1, ...status },
  });
const aPod = (restartPolicy: string, status: Fields): Fields =>
  object("v1", "Pod", { spec: { restartPolicy }, status });
const job = (spec: Fields, status: Fields): Fields => object("batch/v1", "Job", { spec, status });
const cron = (spec: Fields, status: Fields): Fields =>
  object("batch/v1", "CronJob", { spec: { schedule: "@daily", ...spec }, status });
const claim = object("v1", "PersistentVolumeClaim", { status: { phase: "Pending" } });
const hpa = (status: Fields): Fields => object("autoscaling/v2", "HorizontalPodAutoscaler", { status });
const slice = object("discovery.k8s.io/v1", "EndpointSlice", {
  metadata: { name: "s", labels: { "kubernetes.io/service-name": "web" } },
  endpoints: [],
});
const accepted = (observedGeneration: number): Fields => ({ ...condition("Accepted", "True"), observedGeneration });
const named = { names: { kind: "Widget" } };

const cases: Readonly<Record<string, Case>> = {
  "Deployment with a new Pod whose image cannot be pulled": {
    manifest: rolling,
    related: [set, pod("p", "web-1", waiting("ErrImagePull"))],
  },
  "Deployment that may not create Pods because of the quota": {
    manifest: rolling,
    related: [{ ...set, status: { conditions: [quota] } }],
  },
  "Deployment whose ready Pods get no requests": {
    manifest: deployment({ replicas: 1 }, counts(1)),
    related: [set, pod("p", "web-1", ready), slice],
  },
  "Deployment without enough ready replicas": {
    manifest: deployment({ replicas: 2 }, { ...counts(2), readyReplicas: 1 }),
  },
  "Deployment, paused": {
    manifest: deployment(
      { replicas: 1, paused: true },
      { replicas: 1, conditions: [condition("Progressing", "Unknown", "DeploymentPaused")] },
    ),
  },
  "Deployment of a generation no controller has seen": {
    manifest: deployment({ replicas: 1 }, { ...counts(1), observedGeneration: undefined }),
  },
  "StatefulSet updated by deletion, not ready": {
    manifest: workload(
      "StatefulSet",
      { replicas: 2, updateStrategy: { type: "OnDelete" } },
      { replicas: 2, readyReplicas: 1 },
    ),
  },
  "StatefulSet with all Pods of a partition": {
    manifest: workload(
      "StatefulSet",
      { replicas: 2, updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 1 } } },
      { replicas: 2, readyReplicas: 2, updatedReplicas: 1, currentRevision: "a", updateRevision: "b" },
    ),
  },
  "ReplicaSet, one Pod too many": {
    manifest: workload("ReplicaSet", { replicas: 1 }, { ...counts(2), fullyLabeledReplicas: 2 }),
  },
  "DaemonSet updated by deletion, not available everywhere": {
    manifest: workload(
      "DaemonSet",
      { updateStrategy: { type: "OnDelete" } },
      {
        desiredNumberScheduled: 2,
        currentNumberScheduled: 2,
        updatedNumberScheduled: 2,
        numberReady: 2,
        numberAvailable: 1,
      },
    ),
  },
  "Pod that failed": { manifest: aPod("Never", { phase: "Failed" }) },
  "Pod in a crash loop that restarts on failure": {
    manifest: aPod("OnFailure", { ...waiting("CrashLoopBackOff"), phase: "Running" }),
  },
  "Pod that restarted once and is not ready": {
    manifest: aPod("Always", {
      phase: "Running",
      containerStatuses: [{ name: "app", restartCount: 1, lastState: { terminated: { exitCode: 1 } } }],
    }),
  },
  "Pod that is ready although one container waits for its image": {
    manifest: aPod("Always", { ...waiting("ImagePullBackOff"), ...ready }),
  },
  "Pod that no node takes": {
    manifest: aPod("Always", { phase: "Pending", conditions: [condition("PodScheduled", "False", "Unschedulable")] }),
  },
  "Pod of a lost node": { manifest: aPod("Always", { phase: "Unknown" }) },
  "Job that runs": { manifest: job({}, { startTime: "2026-01-01T00:00:00Z", active: 1 }) },
  "Job that is suspended before its controller says so": { manifest: job({ suspend: true }, {}) },
  "Job about to fail": {
    manifest: job({}, { startTime: "2026-01-01T00:00:00Z", conditions: [condition("FailureTarget", "True")] }),
  },
  CronJob: { manifest: cron({}, { lastScheduleTime: "2026-01-01T00:00:00Z" }) },
  "CronJob whose last run failed": {
    manifest: cron({}, { lastScheduleTime: "2026-01-02T00:00:00Z", lastSuccessfulTime: "2026-01-01T00:00:00Z" }),
  },
  "CronJob, suspended": { manifest: cron({ suspend: true }, {}) },
  "Ingress without an address": { manifest: object("networking.k8s.io/v1", "Ingress", { status: {} }) },
  "Service of type LoadBalancer without an address": {
    manifest: object("v1", "Service", { spec: { type: "LoadBalancer", clusterIP: "10.0.0.1" } }),
  },
  "Service without a ready endpoint": {
    manifest: object("v1", "Service", { spec: { selector: { app: "web" } } }),
    related: [slice],
  },
  "Claim that waits for its first consumer": {
    manifest: claim,
    related: [{ ...warning("PersistentVolumeClaim", "web", "WaitForFirstConsumer", "m"), type: "Normal" }],
  },
  "Claim whose volume cannot be made": {
    manifest: claim,
    related: [warning("PersistentVolumeClaim", "web", "ProvisioningFailed", "no such class")],
  },
  "Autoscaler without an object metric": {
    manifest: hpa({ conditions: [condition("ScalingActive", "False", "FailedGetObjectMetric", "m")] }),
  },
  "Autoscaler that scales": {
    manifest: hpa({ conditions: [condition("AbleToScale", "True")], currentReplicas: 1, desiredReplicas: 2 }),
  },
  "Route with an old answer beside the new generation": {
    manifest: object("gateway.networking.k8s.io/v1", "HTTPRoute", {
      metadata: { name: "web", generation: 2 },
      spec: { parentRefs: [{ name: "a" }, { name: "b" }] },
      status: {
        parents: [
          { parentRef: { name: "a" }, conditions: [accepted(2)] },
          { parentRef: { name: "b" }, conditions: [accepted(1)] },
        ],
      },
    }),
  },
  "CustomResourceDefinition refused": {
    manifest: object("apiextensions.k8s.io/v1", "CustomResourceDefinition", {
      spec: named,
      status: { conditions: [condition("NamesAccepted", "False", "Taken", "names are taken")] },
    }),
  },
  "Namespace being deleted": {
    manifest: object("v1", "Namespace", { metadata: { name: "web", deletionTimestamp: "2026-01-01T00:00:00Z" } }),
  },
  "Custom resource with Degraded and no check": {
    manifest: object("example.com/v1", "Widget", { status: { conditions: [condition("Degraded", "True", "Broken")] } }),
  },
  "Custom resource that is not ready, with a failure as reason": {
    manifest: object("example.com/v1", "Widget", {
      status: { conditions: [condition("Ready", "False", "SyncFailed")] },
    }),
  },
};

const rows = readme
  .slice(readme.indexOf("## Deliberate differences"), readme.indexOf("## Agreement"))
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| case") && !line.startsWith("| ---"))
  .map((line) => line.split("|").map((cell) => cell.trim()));

test("every row of the differences has a case and every case a row", () => {
  expect(rows.map((row) => row[1])).toEqual(Object.keys(cases));
});

test.each(rows.map((row) => [row[1] ?? "", ...row.slice(2, 6)]))("%s", (name, gennaker, argocd, kstatus, spinnaker) => {
  const { manifest, related = [] } = cases[name] ?? { manifest: {} };
  const found = Object.fromEntries(
    healthModes.map((mode) => [mode, health(manifest, { mode, related }).status ?? "-"]),
  );
  expect(found).toEqual({ gennaker, argocd, kstatus, spinnaker });
});

test("every sign a rule can give is in the README", () => {
  const files = [
    "batch",
    "cluster",
    "conventions",
    "custom",
    "endpoints",
    "network",
    "pod-signs",
    "rollout-signs",
    "workloads",
  ];
  const sources = files.map((name) => readFileSync(new URL(`gennaker/${name}.ts`, import.meta.url), "utf8"));
  const kinds =
    "image|container|pod|volume|quota|admission|rollout|job|endpoints|route|service|ingress|hpa|budget|nodes?|api|deletion|definition|resource";
  const codes = new Set(
    sources.flatMap((text) =>
      [...text.matchAll(new RegExp(`"((?:${kinds})\\.[a-zA-Z]+)"`, "gu"))].map((found) => found[1] ?? ""),
    ),
  );
  expect(codes.size).toBeGreaterThan(35);
  expect([...codes].filter((code) => !readme.includes(`\`${code}\``))).toEqual([]);
});
