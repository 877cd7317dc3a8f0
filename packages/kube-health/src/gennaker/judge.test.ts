import { describe, expect, test } from "vitest";
import { verdict } from "../health.ts";
import { condition, object, pod, warning } from "../testing/builders.ts";

const says = (manifest: unknown, related: unknown[] = []): string => {
  const { state, message } = verdict(manifest, { related });
  return `${state}: ${message}`;
};

describe("batch", () => {
  const job = (spec: object, status: object) => object("batch/v1", "Job", { spec, status }, "run");
  test.each([
    [job({}, {}), "progressing: The Job has not started yet"],
    [
      job({ completions: 3 }, { startTime: "x", succeeded: 1, failed: 2 }),
      "progressing: The Job runs: 1 of 3 completions, 2 failed so far",
    ],
    [job({ suspend: true }, {}), "paused: The Job is suspended"],
    [
      job({}, { succeeded: 1, conditions: [condition("Complete", "True")] }),
      "stable: The Job is complete: 1 Pods succeeded",
    ],
    [
      job({}, { failed: 7, conditions: [condition("Failed", "True", "BackoffLimitExceeded", "limit reached")] }),
      "failed: The Job failed (BackoffLimitExceeded) after 7 failed Pods: limit reached",
    ],
    [object("batch/v1", "CronJob", { spec: { schedule: "@daily" } }), 'stable: Scheduled at "@daily"'],
    [object("batch/v1", "CronJob", { spec: { suspend: true } }), "paused: The CronJob is suspended"],
  ])("%#", (manifest, expected) => expect(says(manifest)).toBe(expected));

  test("a failed Job quotes the Pod that ended it", () => {
    const status = {
      phase: "Failed",
      containerStatuses: [{ state: { terminated: { exitCode: 3, reason: "Error" } } }],
    };
    const ended = {
      ...pod("run-x", "r", status),
      metadata: { name: "run-x", ownerReferences: [{ kind: "Job", name: "run" }] },
    };
    expect(says(job({}, { conditions: [condition("Failed", "True")] }), [ended])).toContain(
      'Pod "run-x" failed (exit code 3)',
    );
  });

  test("a CronJob tells of its newest run", () => {
    const run = (name: string, startTime: string, conditions: object[]) => ({
      ...object("batch/v1", "Job", { status: { startTime, conditions } }),
      metadata: { name, ownerReferences: [{ kind: "CronJob", name: "web" }] },
    });
    const cron = object("batch/v1", "CronJob", { spec: { schedule: "@daily" } });
    const failed = run("a", "2026-01-02T00:00:00Z", [condition("Failed", "True")]);
    const done = run("b", "2026-01-03T00:00:00Z", [condition("Complete", "True")]);
    expect(says(cron, [failed])).toContain("stable: The last run failed");
    expect(says(cron, [failed, done])).toBe('stable: Scheduled at "@daily"');
  });

  test.each([
    [{ phase: "Succeeded" }, "stable: The Pod has completed"],
    [{ phase: "Failed", reason: "Evicted", message: "low disk" }, 'failed: Pod "web" failed with Evicted: low disk'],
    [{ phase: "Running", conditions: [condition("Ready", "True")] }, "stable: The Pod runs and is ready"],
    [
      { phase: "Running", conditions: [condition("Ready", "False", "R", "no")] },
      "progressing: The Pod runs but is not ready: no",
    ],
    [{ phase: "Unknown" }, 'unknown: the node of Pod "web" no longer reports about it'],
    [{}, "progressing: The Pod is pending"],
    [
      { phase: "Pending", conditions: [condition("PodScheduled", "False", "SchedulingGated")] },
      'progressing: The Pod is pending; Pod "web" is held back by a scheduling gate',
    ],
  ])("Pod %j", (status, expected) => expect(says(object("v1", "Pod", { status }))).toBe(expected));
});

describe("network", () => {
  const service = (spec: object, status: object = {}) => object("v1", "Service", { spec, status });
  const slice = (endpoints: object[]) =>
    object("discovery.k8s.io/v1", "EndpointSlice", {
      metadata: { labels: { "kubernetes.io/service-name": "web" } },
      endpoints,
    });
  test.each([
    [service({ type: "LoadBalancer" }), [], "progressing: The load balancer has no address yet"],
    [service({ type: "ExternalName", externalName: "x.org" }), [], "stable: The Service is an alias of x.org"],
    [service({ selector: { app: "web" } }), [], "stable: The Service exists"],
    [service({ selector: { app: "web" } }), [slice([])], "progressing: The Service has no ready endpoint"],
    [
      service({ selector: { app: "web" } }),
      [slice([{}, { conditions: { ready: false } }])],
      "stable: The Service has 1 ready endpoints",
    ],
    [
      object("networking.k8s.io/v1", "Ingress"),
      [],
      "stable: The Ingress has no address; not every controller states one",
    ],
  ])("%#", (manifest, related, expected) => expect(says(manifest, related)).toBe(expected));

  const accepted = (observedGeneration: number, more: object[] = []) => ({
    parentRef: { name: "gw" },
    conditions: [{ ...condition("Accepted", "True"), observedGeneration }, ...more],
  });
  const route = (parents: object[]) =>
    object("gateway.networking.k8s.io/v1", "HTTPRoute", {
      metadata: { name: "web", generation: 2 },
      spec: { parentRefs: [{ name: "gw" }] },
      status: { parents },
    });
  test.each([
    [[], 'progressing: parent "gw" has not answered yet'],
    [[accepted(1)], 'progressing: parent "gw": generation 2 was not observed yet'],
    [[accepted(2)], "stable: All parents have accepted this generation of the route"],
    [
      [accepted(2, [condition("ResolvedRefs", "False", "BackendNotFound", "no Service")])],
      'failed: parent "gw": not ResolvedRefs (BackendNotFound): no Service',
    ],
    [
      [accepted(2, [condition("Programmed", "False", "Pending")])],
      'progressing: parent "gw": not Programmed (Pending)',
    ],
    [[{ parentRef: { name: "gw" }, conditions: [] }], 'progressing: parent "gw": not accepted yet'],
    [
      [{ parentRef: { name: "other" }, conditions: [condition("Accepted", "True")] }],
      'progressing: parent "gw" has not answered yet',
    ],
  ])("route %j", (parents, expected) => expect(says(route(parents))).toBe(expected));

  test("a Gateway is as good as its worst listener", () => {
    const listeners = [
      {
        name: "https",
        conditions: [condition("Accepted", "True"), condition("ResolvedRefs", "False", "InvalidCertificateRef")],
      },
    ];
    const status = {
      conditions: [condition("Accepted", "True"), condition("Programmed", "False", "Pending")],
      listeners,
    };
    const manifest = object("gateway.networking.k8s.io/v1", "Gateway", { status });
    expect(says(manifest)).toBe('failed: listener "https": not ResolvedRefs (InvalidCertificateRef)');
    expect(verdict(manifest).signs.map(({ code }) => code)).toEqual(["route.notProgrammed", "route.unresolved"]);
  });
});

describe("storage, scaling and cluster objects", () => {
  const hpa = (conditions: object[], status: object = {}) =>
    object("autoscaling/v2", "HorizontalPodAutoscaler", {
      spec: { maxReplicas: 5 },
      status: { conditions, ...status },
    });
  test.each([
    [
      object("v1", "PersistentVolumeClaim", { spec: { volumeName: "v" }, status: { phase: "Bound" } }),
      [],
      'stable: Bound to volume "v"',
    ],
    [object("v1", "PersistentVolumeClaim", {}), [], "progressing: The claim has no volume yet"],
    [
      object("v1", "PersistentVolumeClaim", { status: { phase: "Lost" } }),
      [],
      "failed: The volume of the claim no longer exists",
    ],
    [
      object("v1", "PersistentVolumeClaim", {}),
      [warning("PersistentVolumeClaim", "web", "ProvisioningFailed", "no class")],
      "failed: No volume can be made: no class",
    ],
    [
      object("v1", "PersistentVolumeClaim", {}),
      [{ ...warning("PersistentVolumeClaim", "web", "WaitForFirstConsumer", "m"), type: "Normal" }],
      "stable: The claim is bound when the first Pod uses it",
    ],
    [object("v1", "PersistentVolume", { status: { phase: "Failed", message: "m" } }), [], "failed: m"],
    [
      hpa([condition("AbleToScale", "False", "FailedGetScale", "m")]),
      [],
      "failed: It cannot scale (FailedGetScale): m",
    ],
    [
      hpa([condition("ScalingActive", "False", "FailedGetObjectMetric", "m")]),
      [],
      "failed: It has no metric to scale by (FailedGetObjectMetric): m",
    ],
    [
      hpa([condition("ScalingActive", "False", "ScalingDisabled")]),
      [],
      "paused: Autoscaling is off because the target has no replicas",
    ],
    [
      hpa([condition("ScalingLimited", "True", "TooManyReplicas")], { currentReplicas: 5, desiredReplicas: 5 }),
      [],
      "stable: It wants more than its maximum of 5 replicas",
    ],
    [
      object("policy/v1", "PodDisruptionBudget", { status: { disruptionsAllowed: 0 } }),
      [],
      "stable: 0 disruptions are allowed now",
    ],
    [object("v1", "Namespace", { status: { phase: "Active" } }), [], "stable: The Namespace is active"],
    [
      object("v1", "Node", { status: { conditions: [condition("Ready", "False", "R", "no kubelet")] } }),
      [],
      "failed: no kubelet",
    ],
    [
      object("v1", "Node", { spec: { unschedulable: true }, status: { conditions: [condition("Ready", "True")] } }),
      [],
      "paused: The node is cordoned",
    ],
    [
      object("apiregistration.k8s.io/v1", "APIService", {
        status: { conditions: [condition("Available", "False", "R", "m")] },
      }),
      [],
      "progressing: The API is not available (R): m",
    ],
    [object("v1", "ConfigMap"), [], "stable: ConfigMap exists"],
  ])("%#", (manifest, related, expected) => expect(says(manifest, related)).toBe(expected));

  test("what is deleted says what holds it; a Namespace says what is left", () => {
    const metadata = { name: "shop", deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["a/b"] };
    expect(says(object("v1", "Secret", { metadata }))).toBe('progressing: Secret "shop" is being deleted, held by a/b');
    const conditions = [condition("NamespaceContentRemaining", "True", "R", "pods. has 2 resource instances")];
    const namespace = object("v1", "Namespace", {
      metadata: { ...metadata, finalizers: [] },
      spec: { finalizers: ["kubernetes"] },
      status: { conditions },
    });
    const found = verdict(namespace);
    expect(found.message).toBe('Namespace "shop" is being deleted, held by kubernetes: pods. has 2 resource instances');
    expect(found.signs.map(({ code }) => code)).toEqual(["deletion.finalizers", "deletion.remaining"]);
  });
});

describe("custom resources without a check, by what most operators write", () => {
  const widget = (status: object, spec: object = {}) => object("example.com/v1", "Widget", { spec, status });
  const conditions = (...list: object[]) => widget({ conditions: list });
  test.each([
    [widget({}), "stable: Widget exists"],
    [widget({}, { suspend: true }), "paused: spec.suspend is true"],
    [conditions(condition("Ready", "True")), "stable: Ready is True"],
    [conditions(condition("Ready", "False", "Creating", "m")), "progressing: Ready is False (Creating): m"],
    [conditions(condition("Ready", "False", "ReconcileFailed")), "failed: Ready is False (ReconcileFailed)"],
    [
      conditions(condition("Ready", "False", "Failed"), condition("Reconciling", "True")),
      "progressing: Ready is False (Failed)",
    ],
    [
      conditions(condition("Available", "True"), condition("Degraded", "True", "Broken")),
      "failed: Degraded is True (Broken)",
    ],
    [conditions(condition("Synced", "True"), condition("Ready", "Unknown")), "progressing: Ready is Unknown"],
    [conditions(condition("Available", "True"), condition("Progressing", "True")), "stable: Available is True"],
    [conditions(condition("Progressing", "True", "R")), "progressing: Progressing is True (R)"],
    [conditions(condition("Stalled", "True", "R", "m")), "failed: Stalled is True (R): m"],
    [widget({ phase: "Running" }), "stable: status.phase is Running"],
    [widget({ phase: "Provisioning" }), "progressing: status.phase is Provisioning"],
    [widget({ state: "ConfigError" }), "failed: status.state is ConfigError"],
    [widget({ phase: "Hibernated" }), "paused: status.phase is Hibernated"],
    [widget({ health: "green" }), "stable: status.health is green"],
  ])("%j", (manifest, expected) => expect(says(manifest)).toBe(expected));

  test("a change the operator has not seen is progress", () => {
    const metadata = { generation: 3 };
    const status = { observedGeneration: 2, conditions: [condition("Ready", "True")] };
    expect(says(object("example.com/v1", "Widget", { metadata, status }))).toBe(
      "progressing: The controller has not seen generation 3 (2)",
    );
  });

  test("a known operator's check goes before", () => {
    const status = { conditions: [condition("Ready", "False", "Pending", "no issuer")] };
    expect(says(object("cert-manager.io/v1", "Certificate", { status }))).toBe("failed: no issuer");
  });
});

test("no object and no manifest are unknown", () => {
  expect([says(null), says("x")]).toEqual([
    "unknown: The object does not exist",
    "unknown: The manifest is not an object",
  ]);
});
