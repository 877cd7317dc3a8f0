import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { annotate, flagAnnotation, lastAppliedOf, loadBalancersOf, textAnnotation } from "./annotations.ts";
import { labelManifest } from "./labels.ts";
import { annotateMoniker, noMoniker } from "./moniker.ts";
import { setDeployMode, strategyOf } from "./strategy.ts";
import { configMap, workload } from "./testing/builders.ts";

const meta = (manifest: JsonObject): JsonObject => manifest["metadata"] as JsonObject;
const template = (manifest: JsonObject): JsonObject =>
  ((manifest["spec"] as JsonObject)["template"] as JsonObject)["metadata"] as JsonObject;

test("texts of old versions carry quotes, which are taken off", () => {
  const annotations = { a: "plain", b: '"quoted"', c: '"', d: '"broken\\"' };
  expect(["a", "b", "c", "d", "e"].map((key) => textAnnotation(annotations, key))).toEqual([
    "plain",
    "quoted",
    '"',
    null,
    null,
  ]);
});

test("flags are true in any case, nothing else is", () => {
  const annotations = { a: "12", d: "TRUE", e: "yes" };
  expect(["d", "e", "a", "g"].map((key) => flagAnnotation(annotations, key))).toEqual([true, false, false, false]);
});

test("annotations go into the object and its template and never over what is there", () => {
  const manifest = workload("Deployment", "web", { annotations: { a: "mine" } });
  annotate(manifest, { a: "other", b: 3, c: null, d: "" });
  expect(meta(manifest)["annotations"]).toEqual({ a: "mine", b: "3", d: "" });
  expect(template(manifest)["annotations"]).toEqual({ a: "other", b: "3", d: "" });
});

test("a template without metadata is left alone", () => {
  const manifest: JsonObject = { kind: "Deployment", metadata: {}, spec: { template: { spec: {} } } };
  annotate(manifest, { a: "1" });
  labelManifest(manifest, { ...noMoniker, app: "shop" });
  expect(manifest["spec"]).toEqual({ template: { spec: {} } });
});

test("labels: the name where there is none, who manages it in any case, the sequence of a version", () => {
  const manifest = workload("ReplicaSet", "web");
  meta(manifest)["labels"] = { "app.kubernetes.io/name": "mine", "app.kubernetes.io/managed-by": "helm" };
  labelManifest(manifest, { ...noMoniker, app: "shop", sequence: 3 }, { managedBySuffix: "eu" });
  const common = { "app.kubernetes.io/managed-by": "spinnaker-eu", "moniker.spinnaker.io/sequence": "3" };
  expect(meta(manifest)["labels"]).toEqual({ "app.kubernetes.io/name": "mine", ...common });
  expect(template(manifest)["labels"]).toEqual({ app: "web", "app.kubernetes.io/name": "shop", ...common });
});

test("labels of the template can be left as they are", () => {
  const manifest = workload("Deployment", "web");
  labelManifest(manifest, { ...noMoniker, app: "shop" }, { skipTemplate: true });
  expect(meta(manifest)["labels"]).toEqual({
    "app.kubernetes.io/name": "shop",
    "app.kubernetes.io/managed-by": "spinnaker",
  });
  expect(template(manifest)["labels"]).toEqual({ app: "web" });
});

test("the moniker is written as annotations, what is not known is left out", () => {
  const manifest = configMap("web-v003");
  annotateMoniker(manifest, { app: "shop", cluster: "configMap web", stack: "eu", detail: null, sequence: 3 });
  expect(meta(manifest)["annotations"]).toEqual({
    "moniker.spinnaker.io/application": "shop",
    "moniker.spinnaker.io/cluster": "configMap web",
    "moniker.spinnaker.io/stack": "eu",
    "moniker.spinnaker.io/sequence": "3",
  });
});

test.each<[JsonObject, JsonObject]>([
  [{}, { mode: "apply", forceConflicts: false, versioned: null, maxVersionHistory: null, useSourceCapacity: false }],
  [{ recreate: "true", replace: "true", "server-side-apply": "true" }, { mode: "recreate" }],
  [{ recreate: "false", replace: "True", "server-side-apply": "true" }, { mode: "replace" }],
  [{ "server-side-apply": "true" }, { mode: "serverSideApply", forceConflicts: false }],
  [{ "server-side-apply": "force-conflicts" }, { mode: "serverSideApply", forceConflicts: true }],
  [{ "server-side-apply": "Force-Conflicts" }, { mode: "apply" }],
  [{ "server-side-apply": "false" }, { mode: "apply" }],
  [
    { versioned: "false", "max-version-history": "4", "use-source-capacity": "true" },
    { versioned: false, maxVersionHistory: 4, useSourceCapacity: true },
  ],
  [
    { versioned: "anything", "max-version-history": "many" },
    { versioned: false, maxVersionHistory: null },
  ],
])("the annotations strategy.spinnaker.io/ %j mean %j", (given, strategy) => {
  const annotations = Object.fromEntries(
    Object.entries(given).map(([key, value]) => [`strategy.spinnaker.io/${key}`, value]),
  );
  expect(strategyOf(configMap("a", {}, annotations))).toMatchObject(strategy);
});

test("one way of deploying is set and the others are taken away", () => {
  const manifest = configMap(
    "a",
    {},
    { "strategy.spinnaker.io/replace": "true", "strategy.spinnaker.io/server-side-apply": "true", x: "y" },
  );
  setDeployMode(manifest, "recreate");
  expect(meta(manifest)["annotations"]).toEqual({ "strategy.spinnaker.io/recreate": "true", x: "y" });
});

test("load balancers and the last-applied configuration are read; unreadable is none", () => {
  const annotations = {
    "traffic.spinnaker.io/load-balancers": '["service a", 3, "service b"]',
    "kubectl.kubernetes.io/last-applied-configuration": '{"kind":"ConfigMap"}',
  };
  const manifest = configMap("a", {}, annotations);
  expect([loadBalancersOf(manifest), lastAppliedOf(manifest)]).toEqual([
    ["service a", "service b"],
    { kind: "ConfigMap" },
  ]);
  const broken = configMap(
    "a",
    {},
    { "traffic.spinnaker.io/load-balancers": "service a", "kubectl.kubernetes.io/last-applied-configuration": "[" },
  );
  expect([loadBalancersOf(broken), lastAppliedOf(broken)]).toEqual([[], null]);
});
