import { whyNoNode } from "@gennaker/testkit/kubernetes/node/probe.ts";
import { startKubernetes, type Kubernetes } from "@gennaker/testkit/kubernetes/cluster.ts";
import type { HealthVerdict } from "@gennaker/kube-health/health.ts";
import type { KubeObject } from "@gennaker/kube-client/objects.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openScene, service, type Scene } from "../testing/scene.ts";

const skipped = await whyNoNode();
type Container = Record<string, unknown>;

describe.skipIf(skipped !== null)(`early signs of containers that really run (${skipped ?? ""})`, () => {
  let cluster: Kubernetes;
  let scene: Scene;
  let image = "";
  const never = new AbortController().signal;
  beforeAll(async () => {
    cluster = await startKubernetes({ realNode: true, fakeNodes: 0 });
    image = (await cluster.node?.addWeb("v1")) ?? "";
    scene = await openScene({ kubeconfigFile: cluster.kubeconfig });
  });
  afterAll(async () => {
    await scene?.provider.stop();
    await cluster?.stop();
  });

  function workload(name: string, container: Container, more: { kind?: string; spec?: object; pod?: object } = {}) {
    const labels = { run: name };
    const containers = [{ name: "web", image, ...container }];
    return {
      apiVersion: "apps/v1",
      kind: more.kind ?? "Deployment",
      metadata: { name, namespace: scene.namespace, labels: { app: scene.namespace } },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { terminationGracePeriodSeconds: 0, containers, ...more.pod },
        },
        ...more.spec,
      },
    };
  }
  const refOf = ({ kind, metadata }: KubeObject) => ({
    kind,
    name: metadata.name ?? "",
    namespace: scene.namespace,
  });
  /** Deploys and waits as a stage does; returns the verdict. */
  async function judged(object: KubeObject): Promise<HealthVerdict> {
    await scene.port.apply("test", object);
    return scene.port.waitStable("test", refOf(object), never);
  }
  /** Deploys what is on its way for long; returns the first verdict with the sign. */
  async function signOf(object: KubeObject, code: string): Promise<{ state: string; message: string; fatal: boolean }> {
    await scene.port.apply("test", object);
    let found: HealthVerdict | null = null;
    await expect
      .poll(
        async () => {
          found = await scene.port.stability("test", refOf(object));
          return found?.signs.map((sign) => sign.code) ?? [];
        },
        { timeout: 60_000, interval: 250 },
      )
      .toContain(code);
    const verdict = found as HealthVerdict | null;
    const sign = verdict?.signs.find((each) => each.code === code);
    return { state: verdict?.state ?? "", message: sign?.message ?? "", fatal: sign?.fatal ?? false };
  }
  const health = { httpGet: { path: "/health", port: 8080 }, periodSeconds: 1 };

  it("a Deployment is stable when its Pods are ready and really get requests", async () => {
    const web = workload("web", { env: [{ name: "READY_AFTER", value: "2" }], readinessProbe: health });
    await scene.port.apply("test", service(scene.namespace, "web", { run: "web" }));
    const said: string[] = [];
    await scene.port.apply("test", web);
    const verdict = await scene.port.waitStable("test", refOf(web), never, {
      onVerdict: ({ state }) => said.push(state),
    });
    expect([verdict.state, said[0]]).toEqual(["stable", "progressing"]);
    const made = await scene.port.get("test", { kind: "service", name: "web", namespace: scene.namespace });
    const { clusterIP = "" } = (made?.["spec"] ?? {}) as { clusterIP?: string };
    await expect
      .poll(async () => (await fetch(`http://${clusterIP}/`)).headers.get("x-version"), { timeout: 20_000 })
      .toBe("v1");
  });

  it("an image that is not there", async () => {
    const missing = await judged(workload("missing", { image: "localhost/nothing:1" }));
    expect(missing.state).toBe("failed");
    expect(missing.message).toMatch(
      /the image "localhost\/nothing:1" cannot be pulled \((ErrImagePull|ImagePullBackOff)\)/,
    );
    expect(missing.signs.map(({ code }) => code)).toContain("image.pull");
    const named = await judged(workload("named", { image: "not a name" }));
    expect(named.message).toContain("InvalidImageName");
    const kept = await judged(workload("kept", { image: "localhost/nothing:2", imagePullPolicy: "Never" }));
    expect(kept.message).toContain("ErrImageNeverPull");
  });

  it("a container that keeps ending", async () => {
    const { state, message } = await judged(
      workload("crashing", { args: ["exit", "3", "no database"], readinessProbe: health }),
    );
    expect([state, message]).toEqual([
      "failed",
      expect.stringMatching(/keeps ending: restarted \d+ times, the last time with exit code 3/),
    ]);
  });

  it("a container that wants more memory than it may have", async () => {
    const limits = { limits: { memory: "24Mi" } };
    const { state, message } = await judged(
      workload("hungry", { args: ["eat", "256"], resources: limits, readinessProbe: health }),
    );
    expect([state, message]).toEqual(["failed", expect.stringContaining("exit code 137, out of memory")]);
  });

  it("a program that does not exist, and a ConfigMap that does not", async () => {
    const program = await judged(workload("program", { command: ["/nothing"] }));
    expect(program.state).toBe("failed");
    expect(program.message).toContain("/nothing");
    const from = [{ configMapRef: { name: "settings" } }];
    const config = await judged(workload("unset", { envFrom: from }));
    expect(config.message).toContain('cannot be started (CreateContainerConfigError): configmap "settings" not found');
  });

  it("probes that fail", async () => {
    const slow = workload("slow", { env: [{ name: "READY_AFTER", value: "3600" }], readinessProbe: health });
    const readiness = await signOf(slow, "probe.readiness");
    expect(readiness).toMatchObject({ state: "progressing", fatal: false });
    expect(readiness.message).toContain("HTTP probe failed with statuscode: 503");
    const dead = { httpGet: { path: "/health", port: 9 }, periodSeconds: 1, failureThreshold: 1 };
    const liveness = await signOf(workload("dead", { livenessProbe: dead, readinessProbe: health }), "probe.liveness");
    expect(liveness.message).toContain("connection refused");
  });

  it("no node that takes the Pod", async () => {
    const greedy = await signOf(workload("greedy", { resources: { requests: { cpu: "900" } } }), "pod.unschedulable");
    expect(greedy).toMatchObject({ state: "progressing", fatal: false });
    expect(greedy.message).toMatch(/no node takes Pod .*900/);
    const gpu = await signOf(
      workload(
        "gpu",
        { resources: { limits: { "nvidia.com/gpu": 1 } } },
        { pod: { nodeSelector: { "kubernetes.io/os": "windows" } } },
      ),
      "pod.unschedulable",
    );
    expect(gpu.message).toMatch(/Windows/i);
  });

  it("a quota that is full", async () => {
    const namespace = `${scene.namespace}-full`;
    await scene.port.apply("test", { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    const hard = { spec: { hard: { pods: "0" } } };
    await scene.port.apply("test", {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "none", namespace },
      ...hard,
    });
    await expect
      .poll(async () => (await scene.port.get("test", { kind: "resourceQuota", name: "none", namespace }))?.["status"])
      .toMatchObject({ hard: { pods: "0" } });
    const object = workload("full", {});
    const full = { ...object, metadata: { ...object.metadata, namespace } };
    await scene.port.apply("test", full);
    const verdict = await scene.port.waitStable("test", { ...refOf(full), namespace }, never);
    expect([verdict.state, verdict.signs.map(({ code }) => code)]).toEqual([
      "failed",
      expect.arrayContaining(["quota.exceeded"]),
    ]);
    expect(verdict.message).toContain("exceeded quota: none");
  });

  it("a Job that fails, and one that ends well", async () => {
    const job = (name: string, ...args: string[]) => ({
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name, namespace: scene.namespace },
      spec: {
        backoffLimit: 0,
        template: { spec: { restartPolicy: "Never", containers: [{ name: "main", image, args }] } },
      },
    });
    expect(await judged(job("bad", "exit", "4"))).toMatchObject({ state: "failed" });
    expect(await judged(job("good", "say", "done"))).toMatchObject({ state: "stable" });
  });
});
