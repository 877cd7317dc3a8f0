import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { configMap, service, workload } from "../../manifest/testing/builders.ts";
import { at } from "../testing/fake-cluster.ts";
import { base64, createScene } from "../testing/scene.ts";

const context = (manifests: JsonObject[], more: JsonObject = {}): JsonObject => ({
  account: "prod",
  cloudProvider: "kubernetes",
  source: "text",
  moniker: { app: "shop" },
  manifests,
  ...more,
});

test("a deployment and its configMap are deployed in order, bound and versioned; outputs have Orca's names", async () => {
  const { cluster, run } = createScene();
  const { stage } = await run("deployManifest", {
    context: context([workload("Deployment", "web"), configMap("settings")]),
  });
  expect([stage.status, stage.failure]).toEqual(["SUCCEEDED", null]);
  expect(cluster.changes).toEqual(["create configMap settings-v000", "create deployment web"]);
  expect(JSON.stringify(cluster.object("deployment web"))).toContain("settings-v000");
  expect(stage.outputs).toMatchObject({
    "outputs.manifestNamesByNamespace": { shop: ["configMap settings-v000", "deployment web"] },
    "outputs.createdArtifacts": [
      { type: "kubernetes/configMap", reference: "settings-v000" },
      { type: "kubernetes/deployment", reference: "web" },
    ],
    "outputs.boundArtifacts": [{ type: "kubernetes/configMap", version: "v000" }],
    "outputs.manifests": [{ kind: "ConfigMap" }, { kind: "Deployment" }],
    artifacts: [{ name: "settings" }, { name: "web" }],
    requiredArtifacts: [],
  });
  expect(stage.context).toMatchObject({
    "deploy.account.name": "prod",
    stableManifests: [
      { manifestName: "configMap settings-v000", location: "shop" },
      { manifestName: "deployment web", location: "shop" },
    ],
    failedManifests: [],
  });
});

test("the same stage again uses the configMap again and changes nothing", async () => {
  const { cluster, run } = createScene();
  const stage = { context: context([workload("Deployment", "web"), configMap("settings")]) };
  await run("deployManifest", structuredClone(stage));
  cluster.changes.length = 0;
  await run("deployManifest", structuredClone(stage));
  expect(cluster.changes).toEqual([]);
  await run("deployManifest", { context: context([workload("Deployment", "web"), configMap("settings", { a: "2" })]) });
  expect(cluster.changes).toEqual(["create configMap settings-v001", "patch strategic deployment web"]);
});

test("begun again after a crash at any task it makes nothing twice, not even a versioned replicaSet or a generated name", async () => {
  const { cluster, run } = createScene();
  const job = { apiVersion: "batch/v1", kind: "Job", metadata: { generateName: "run-", namespace: "shop" }, spec: {} };
  await run("deployManifest", { context: context([workload("ReplicaSet", "web"), job]), crash: true });
  expect(cluster.changes).toHaveLength(2);
  expect(cluster.changes[0]).toBe("create replicaSet web-v000");
  expect(cluster.changes[1]).toMatch(/^create job run-[bcdfghjklmnpqrstvwxz2-9]{5}$/);
});

test("a field that is no longer in the manifest is taken away, what others wrote stays", async () => {
  const { cluster, run } = createScene();
  const versioned = { "strategy.spinnaker.io/versioned": "false" };
  await run("deployManifest", { context: context([configMap("settings", { a: "1", b: "2" }, versioned)]) });
  const live = cluster.object("configMap settings") ?? {};
  cluster.put({ ...live, data: { a: "1", b: "2", theirs: "x" } });
  await run("deployManifest", { context: context([configMap("settings", { a: "3" }, versioned)]) });
  expect(at(cluster.object("configMap settings"), "data")).toEqual({ a: "3", theirs: "x" });
});

test.each([
  ["server-side-apply", "true", ["apply deployment web", "apply deployment web"]],
  ["server-side-apply", "force-conflicts", ["apply forced deployment web", "apply forced deployment web"]],
  ["replace", "true", ["create deployment web", "replace deployment web"]],
  ["recreate", "true", ["create deployment web", "delete deployment web", "create deployment web"]],
])("the annotation %s: %s", async (name, value, changes) => {
  const { cluster, run } = createScene();
  const manifest = () => workload("Deployment", "web", { annotations: { [`strategy.spinnaker.io/${name}`]: value } });
  await run("deployManifest", { context: context([manifest()]) });
  await run("deployManifest", { context: context([manifest()]) });
  expect(cluster.changes).toEqual(changes);
});

test("recreating waits until the old object is gone and, begun again, makes one new one", async () => {
  const { cluster, run } = createScene();
  const manifest = () => workload("Deployment", "web", { annotations: { "strategy.spinnaker.io/recreate": "true" } });
  await run("deployManifest", { context: context([manifest()]) });
  cluster.lingering.add("deployment web");
  cluster.changes.length = 0;
  const { stage, waits } = await run("deployManifest", {
    context: context([manifest()]),
    crash: true,
    onWait: () => cluster.finish(),
  });
  expect([stage.status, waits[0]?.message]).toEqual(["SUCCEEDED", "Waits for the old deployment web to be gone"]);
  expect(cluster.changes).toEqual(["delete deployment web", "create deployment web"]);
});

test("manifests may come from an artifact; their expressions are evaluated unless the stage says otherwise", async () => {
  const text =
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\ndata: {word: "${ parameters.word }"}\n';
  for (const skipExpressionEvaluation of [false, true]) {
    const { cluster, run } = createScene();
    const source = { source: "artifact", manifestArtifact: base64(text), skipExpressionEvaluation, manifests: [] };
    const { stage } = await run("deployManifest", {
      context: context([], source),
      execution: { trigger: { parameters: { word: "hello" } } },
    });
    expect(stage.failure).toBeNull();
    expect(at(cluster.object("configMap a-v000"), "data", "word")).toBe(
      skipExpressionEvaluation ? "${ parameters.word }" : "hello",
    );
  }
});

test("an artifact without readable manifests is told with its place", async () => {
  const { run } = createScene();
  const { stage } = await run("deployManifest", {
    context: context([], { source: "artifact", manifestArtifact: base64("kind: A\n---\nkind: [") }),
  });
  expect([stage.status, stage.failure?.message]).toEqual([
    "TERMINAL",
    expect.stringMatching(/holds no manifests that can be read: line \d+, column \d+/),
  ]);
});

test("required artifacts are taken from the trigger and must be bound", async () => {
  const image = { type: "docker/image", name: "example.com/app", reference: "example.com/app:7" };
  const trigger = { artifacts: [image], resolvedExpectedArtifacts: [{ id: "image", boundArtifact: image }] };
  const { cluster, run } = createScene();
  const ok = await run("deployManifest", {
    context: context([workload("Deployment", "web")], { requiredArtifactIds: ["image"] }),
    execution: { trigger },
  });
  expect([ok.stage.status, JSON.stringify(cluster.object("deployment web")).includes("app:7")]).toEqual([
    "SUCCEEDED",
    true,
  ]);
  const unbound = await run("deployManifest", {
    context: context([configMap("a")], { requiredArtifactIds: ["image"] }),
    execution: { trigger },
  });
  expect(unbound.stage.failure?.message).toContain("named by no manifest: docker/image example.com/app");
  const missing = await run("deployManifest", {
    context: context([configMap("a")], { requiredArtifactIds: ["nope"] }),
  });
  expect(missing.stage.failure?.message).toContain('requires the artifact "nope", and nothing is bound to it');
});

test("the namespace of the stage goes into namespaced manifests; cluster-wide kinds stay as they are", async () => {
  const { cluster, run } = createScene();
  const role = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name: "r" } };
  const custom = { apiVersion: "example.com/v1", kind: "ClusterWide", metadata: { name: "c" } };
  const { stage } = await run("deployManifest", {
    context: context([configMap("a"), role, custom], { namespaceOverride: "other" }),
  });
  expect(stage.outputs["outputs.manifestNamesByNamespace"]).toEqual({
    "": ["clusterRole r", "ClusterWide.example.com c"],
    other: ["configMap a-v000"],
  });
  expect(cluster.names()).toHaveLength(3);
});

test("a custom resource waits until its definition of the same stage is in force", async () => {
  const { cluster, run } = createScene();
  const crd = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "lamps.example.com" },
    spec: { group: "example.com", names: { kind: "Lamp", plural: "lamps" }, scope: "Namespaced" },
  };
  const lamp = { apiVersion: "example.com/v1", kind: "Lamp", metadata: { name: "one", namespace: "shop" } };
  cluster.failOnce.set("create Lamp.example.com one", { reason: "UnknownKind", code: 404 });
  const { stage, waits } = await run("deployManifest", { context: context([lamp, crd]) });
  expect([stage.status, waits.map(({ message }) => message)]).toEqual([
    "SUCCEEDED",
    ["Waits until the cluster serves Lamp.example.com"],
  ]);
  cluster.failOnce.set("create Lamp.example.com two", { reason: "UnknownKind", code: 404 });
  const alone = { ...lamp, metadata: { name: "two", namespace: "shop" } };
  expect((await run("deployManifest", { context: context([alone]) })).stage.failure?.code).toBe(
    "kubernetes.unknownKind",
  );
});

test("one image runs with the configuration of each environment", async () => {
  const { cluster, run } = createScene();
  const image = { type: "docker/image", name: "example.com/app", reference: "example.com/app@sha256:1" };
  const execution = {
    trigger: { artifacts: [image], resolvedExpectedArtifacts: [{ id: "image", boundArtifact: image }] },
  };
  for (const [namespace, color] of [
    ["staging", "blue"],
    ["production", "red"],
    ["production", "green"],
  ] as const) {
    const manifests = [workload("Deployment", "web"), configMap("settings", { color })];
    const more = { namespaceOverride: namespace, requiredArtifactIds: ["image"] };
    expect((await run("deployManifest", { context: context(manifests, more), execution })).stage.failure).toBeNull();
  }
  const web = async (namespace: string) =>
    JSON.stringify((await cluster.port.get("prod", { kind: "deployment", name: "web", namespace }))?.["spec"]);
  for (const [namespace, config] of [
    ["staging", "settings-v000"],
    ["production", "settings-v001"],
  ] as const) {
    expect(await web(namespace)).toContain("example.com/app@sha256:1");
    expect(await web(namespace)).toContain(config);
  }
  const settings = await cluster.port.get("prod", { kind: "configMap", name: "settings-v000", namespace: "staging" });
  expect(settings?.["data"]).toEqual({ color: "blue" });
});

test("one that fails ends the stage with its reason once the others are done", async () => {
  const { cluster, run } = createScene();
  cluster.verdicts.set("deployment web", { state: "failed", message: "the image cannot be pulled" });
  cluster.verdicts.set("deployment slow", { state: "progressing", message: "1 of 2 replicas" });
  const { stage, waits } = await run("deployManifest", {
    context: context([workload("Deployment", "web"), workload("Deployment", "slow")]),
    onWait: () => void cluster.verdicts.delete("deployment slow"),
  });
  expect(waits.map(({ message }) => message)).toEqual([
    "'deployment slow' in 'shop' for account prod: 1 of 2 replicas",
  ]);
  expect(stage).toMatchObject({
    status: "TERMINAL",
    failure: {
      code: "manifest.failed",
      message: "'deployment web' in 'shop' for account prod: the image cannot be pulled",
    },
    context: {
      failedManifests: [{ manifestName: "deployment web" }],
      stableManifests: [{ manifestName: "deployment slow" }],
      exception: { details: { errors: [expect.stringContaining("cannot be pulled")] } },
    },
  });
});

test("the wait for stability ends after the stage's own time", async () => {
  const { cluster, run } = createScene();
  cluster.verdicts.set("deployment web", { state: "progressing", message: "waits" });
  const { stage } = await run("deployManifest", {
    context: context([workload("Deployment", "web")], { stableManifestTimeoutMinutes: 1 }),
  });
  expect([stage.status, stage.failure?.code, stage.failure?.message]).toEqual([
    "TERMINAL",
    "manifest.notStable",
    "Not stable within 1 minute: 'deployment web' in 'shop' for account prod: waits",
  ]);
});

test("a service without endpoints is told and not waited for; a custom resource is", async () => {
  const { cluster, run } = createScene();
  cluster.verdicts.set("service front", { state: "progressing", message: "The Service has no ready endpoint" });
  cluster.verdicts.set("Lamp.example.com one", { state: "progressing", message: "is not lit" });
  const lamp = { apiVersion: "example.com/v1", kind: "Lamp", metadata: { name: "one", namespace: "shop" } };
  const { stage, waits } = await run("deployManifest", {
    context: context([service("front"), lamp]),
    onWait: () => void cluster.verdicts.delete("Lamp.example.com one"),
  });
  expect(waits.map(({ message }) => message)).toEqual([
    "'Lamp.example.com one' in 'shop' for account prod: is not lit",
  ]);
  expect([stage.status, stage.context["messages"]]).toEqual([
    "SUCCEEDED",
    expect.arrayContaining([expect.stringContaining("no ready endpoint (not waited for)")]),
  ]);
});

test("versions beyond the history are deleted after the deploy", async () => {
  const { cluster, run } = createScene();
  for (const number of [1, 2, 3]) {
    const manifest = configMap(
      "settings",
      { number: String(number) },
      { "strategy.spinnaker.io/max-version-history": "2" },
    );
    await run("deployManifest", { context: context([manifest]) });
  }
  expect(cluster.names()).toEqual(["configMap settings-v001", "configMap settings-v002"]);
});

test("label selectors that leave nothing end the stage, unless that is allowed", async () => {
  const labelSelectors = { selectors: [{ kind: "EQUALS", key: "tier", values: ["x"] }] };
  const { run, cluster } = createScene();
  const refused = await run("deployManifest", { context: context([configMap("a")], { labelSelectors }) });
  expect(refused.stage.failure?.code).toBe("manifest.nothingSelected");
  const allowed = await run("deployManifest", {
    context: context([configMap("a")], { labelSelectors, allowNothingSelected: true }),
  });
  expect([allowed.stage.status, cluster.changes]).toEqual(["SUCCEEDED", []]);
});

test("the contents of secrets are sent, and kept neither in outputs nor in a plan", async () => {
  const { cluster, run } = createScene();
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s", namespace: "shop" },
    stringData: { p: "hidden" },
  };
  const { stage } = await run("deployManifest", { context: context([secret]) });
  expect(at(cluster.object("secret s-v000"), "stringData", "p")).toBe("hidden");
  expect(JSON.stringify(stage.outputs)).not.toContain("hidden");
  expect(stage.context["kubernetes.plan"]).toBeNull();
});

test("a stage that says so has no outputs", async () => {
  const { run } = createScene();
  const { stage } = await run("deployManifest", { context: context([configMap("a")], { noOutput: "true" }) });
  expect([stage.outputs, stage.context["outputs.manifestNamesByNamespace"]]).toEqual([
    {},
    { shop: ["configMap a-v000"] },
  ]);
});

test("an object that somebody changes at the same time is read again", async () => {
  const { cluster, run } = createScene();
  const unversioned = { "strategy.spinnaker.io/versioned": "false" };
  await run("deployManifest", { context: context([configMap("a", { a: "1" }, unversioned)]) });
  cluster.failOnce.set("patch strategic configMap a", { reason: "Conflict", code: 409 });
  const { stage } = await run("deployManifest", { context: context([configMap("a", { a: "2" }, unversioned)]) });
  expect([stage.status, at(cluster.object("configMap a"), "data")]).toEqual(["SUCCEEDED", { a: "2" }]);
});

test.each<[JsonObject, string]>([
  [{ account: "nope" }, 'There is no Kubernetes account "nope". Configured are: prod.'],
  [{ manifests: [] }, "The stage has no manifests"],
  [{ manifests: [{ kind: "Pod" }] }, "has no apiVersion"],
  [{ manifests: [4] }, "manifest 1: must be an object"],
  [{ source: "artifact", manifestArtifactId: "nope" }, 'No artifact is bound to "nope"'],
])("%j is TERMINAL with what to do", async (more, words) => {
  const { run } = createScene();
  const { stage } = await run("deployManifest", { context: context([configMap("a")], more) });
  expect([stage.status, stage.failure?.message]).toEqual(["TERMINAL", expect.stringContaining(words)]);
});
