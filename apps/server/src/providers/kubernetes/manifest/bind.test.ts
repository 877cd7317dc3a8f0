import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { artifactsIn, bindArtifacts, imageName } from "./bind.ts";
import { podSpec, workload } from "./testing/builders.ts";

const image = (name: string, reference: string): JsonObject => ({ type: "docker/image", name, reference });
const config = (more: JsonObject = {}): JsonObject => ({
  type: "kubernetes/configMap",
  name: "settings",
  location: "shop",
  reference: "settings-v004",
  metadata: { account: "prod" },
  ...more,
});
const bind = (manifest: JsonObject, ...artifacts: JsonObject[]) =>
  bindArtifacts(manifest, artifacts, { account: "prod" });
const pod = (manifest: JsonObject) => ((manifest["spec"] as JsonObject)["template"] as JsonObject)["spec"];

test("images are bound by name without tag or digest, in containers and init containers", () => {
  for (const given of ["example.com/app", "example.com/app:1", "example.com/app@sha256:12"]) {
    const { manifest, bound } = bind(
      workload("Deployment", "web", { image: given }),
      image("example.com/app", "example.com/app:2"),
    );
    expect(pod(manifest)).toEqual(podSpec("example.com/app:2", "settings"));
    expect(bound).toHaveLength(1);
  }
});

test("an image of another name is left alone", () => {
  const before = workload("Deployment", "web");
  expect(bind(before, image("example.com/ap", "x"), image("app", "x"), image("example.com/app:1", "x"))).toEqual({
    manifest: before,
    bound: [],
  });
});

test("a configMap is bound in volumes, projected volumes, variables and imports, nowhere else", () => {
  const { manifest } = bind(workload("StatefulSet", "web"), config());
  expect(JSON.stringify(manifest).match(/settings-v004/g)).toHaveLength(4);
  expect(JSON.stringify(manifest)).toContain('{"name":"C","value":"settings"}');
});

test("a secret likewise", () => {
  const { manifest } = bind(workload("DaemonSet", "web"), config({ type: "kubernetes/secret" }));
  expect(JSON.stringify(manifest).match(/settings-v004/g)).toHaveLength(4);
  expect(JSON.stringify(manifest)).toContain('"secretName":"settings-v004"');
});

test.each([
  [{ location: "other" }, 0],
  [{ metadata: { account: "test" } }, 0],
  [{ metadata: {} }, 1],
  [{ metadata: null }, 1],
])("objects of Kubernetes are bound within account and namespace only: %j", (more, count) => {
  expect(bind(workload("Deployment", "web"), config(more)).bound).toHaveLength(count);
});

test("a cronJob's containers are found in its job template", () => {
  const cron = {
    kind: "CronJob",
    apiVersion: "batch/v1",
    metadata: {},
    spec: { jobTemplate: { spec: { template: { spec: podSpec("a:1", "c") } } } },
  };
  const { manifest } = bind(cron, image("a", "a:2"));
  expect(JSON.stringify(manifest).match(/"a:2"/g)).toHaveLength(2);
});

test("a pod's image is bound only when it is written as the name itself, in containers only", () => {
  const given = (text: string): JsonObject => ({
    kind: "Pod",
    apiVersion: "v1",
    metadata: {},
    spec: podSpec(text, "settings"),
  });
  expect(bind(given("app:1"), image("app", "app:2")).bound).toEqual([]);
  const { manifest } = bind(given("app"), image("app", "app:2"), config({ location: "" }));
  expect(JSON.stringify(manifest).match(/"app:2"/g)).toHaveLength(1);
  expect(JSON.stringify(manifest)).not.toContain("settings-v004");
});

test.each([
  ["Deployment", "deployment", 1],
  ["deployment", "deployment", 1],
  ["ReplicaSet", "replicaSet", 1],
  ["replicaSet", "replicaSet", 1],
  ["StatefulSet", "statefulSet", 0],
  ["Deployment", "replicaSet", 0],
])("an autoscaler of a %s is bound to kubernetes/%s: %i", (kind, type, count) => {
  const scaler = {
    kind: "HorizontalPodAutoscaler",
    apiVersion: "autoscaling/v2",
    metadata: { namespace: "shop" },
    spec: { scaleTargetRef: { kind, name: "web" } },
  };
  const { manifest, bound } = bind(scaler, config({ type: `kubernetes/${type}`, name: "web", reference: "web-v009" }));
  expect(bound).toHaveLength(count);
  expect(JSON.stringify(manifest).includes("web-v009")).toBe(count === 1);
});

test("kinds without places are left alone", () => {
  for (const kind of ["ConfigMap", "Service", "Widget"]) {
    const apiVersion = kind === "Widget" ? "example.com/v1" : "v1";
    const manifest = { ...workload(kind, "web"), apiVersion };
    expect(bind(manifest, image("example.com/app", "x"), config())).toEqual({ manifest, bound: [] });
  }
});

test("odd manifests are no trouble", () => {
  const odd: JsonObject[] = [
    { kind: "Deployment", spec: null },
    { kind: "Deployment", spec: { template: { spec: { containers: {}, volumes: [null, 3], initContainers: [{}] } } } },
    { kind: "HorizontalPodAutoscaler", spec: [] },
  ];
  for (const manifest of odd) expect(bind({ apiVersion: "apps/v1", ...manifest }, image("a", "b")).bound).toEqual([]);
});

test("what an object names is found, each once", () => {
  expect(artifactsIn(workload("Deployment", "web", { image: "registry/app:1" }))).toEqual([
    { customKind: false, type: "docker/image", name: "registry/app", reference: "registry/app:1" },
    { customKind: false, type: "kubernetes/configMap", name: "settings", reference: "settings" },
    { customKind: false, type: "kubernetes/secret", name: "settings", reference: "settings" },
  ]);
});

test.each([
  ["app", "app"],
  ["app:1", "app"],
  ["host:5000/app:1", "host:5000/app"],
  ["host:5000/app@sha256:12", "host:5000/app"],
  ["app:1@sha256:12", "app:1"],
  ["host:5000/app", "host"],
])("the name in the image %s is %s, as Clouddriver reads it", (reference, name) => {
  expect(imageName(reference)).toBe(name);
});

test("binding a second time changes nothing, and the manifest given is never changed", () => {
  const tags = fc.constantFrom("", ":1", ":2", "@sha256:ab");
  const names = fc.constantFrom("app", "web", "db");
  const artifacts = fc.uniqueArray(
    fc.record({ name: names, tag: tags }).map(({ name, tag }) => image(name, `${name}${tag}`)),
    { selector: (artifact) => String(artifact["name"]) },
  );
  fc.assert(
    fc.property(names, tags, artifacts, fc.boolean(), (name, tag, given, withConfig) => {
      const before = workload("Deployment", "web", { image: `${name}${tag}` });
      const copy = structuredClone(before);
      const all = withConfig ? [...given, config()] : given;
      const once = bind(before, ...all);
      expect(before).toEqual(copy);
      expect(bind(once.manifest, ...all).manifest).toEqual(once.manifest);
    }),
    { numRuns: 80 },
  );
});
