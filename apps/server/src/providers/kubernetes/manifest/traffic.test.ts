import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { nameOf } from "./manifest.ts";
import { selects, selectorProblem, selectorText, workloadSelectors } from "./selector.ts";
import type { Selector } from "./selector.ts";
import { configMap, deployed, service, workload } from "./testing/builders.ts";
import { inCluster, pick } from "./targets.ts";
import { attach, attachPatch, detachPatch, parseLoadBalancer, setLoadBalancers } from "./traffic.ts";
import { versionsToDelete } from "./cleanup.ts";
import { overrideNamespace } from "./namespace.ts";
import { operationOutputs } from "./outputs.ts";

const templateLabels = (manifest: JsonObject) =>
  (((manifest["spec"] as JsonObject)["template"] as JsonObject)["metadata"] as JsonObject)["labels"];

test("a workload is put behind a service by the labels of its pods; one without a template by its own", () => {
  const target = workload("ReplicaSet", "web");
  attach(service("front", { lb: "front", "example.com/x": "1" }), target);
  expect(templateLabels(target)).toEqual({ app: "web", lb: "front", "example.com/x": "1" });
  const pod: JsonObject = { kind: "Pod", metadata: { name: "a" } };
  attach(service("front"), pod);
  expect(pod["metadata"]).toEqual({ name: "a", labels: { lb: "front" } });
});

test("a service without a selector, or one that selects a label the workload has, is refused", () => {
  expect(() => attach(service("front", {}), workload("ReplicaSet", "web"))).toThrow("service front has no selector");
  expect(() => attach(service("front", { app: "x" }), workload("ReplicaSet", "web"))).toThrow(
    "has the labels app, which service front selects",
  );
});

test("the patch that enables replaces labels that are there and adds the others; the path is escaped", () => {
  const target = workload("ReplicaSet", "web");
  expect(attachPatch(service("front", { app: "other", "a/b~c": "1" }), target)).toEqual([
    { op: "replace", path: "/spec/template/metadata/labels/app", value: "other" },
    { op: "add", path: "/spec/template/metadata/labels/a~1b~0c", value: "1" },
  ]);
});

test("the patch that disables removes what is there only; done twice it does nothing", () => {
  const target = workload("ReplicaSet", "web");
  expect(detachPatch(service("front", { app: "x", lb: "1" }), target)).toEqual([
    { op: "remove", path: "/spec/template/metadata/labels/app" },
  ]);
  expect(detachPatch(service("front"), target)).toEqual([]);
});

test("an object without labels gets a place for them first", () => {
  expect(attachPatch(service("front"), { kind: "Pod", metadata: {} })).toEqual([
    { op: "add", path: "/metadata/labels", value: {} },
    { op: "add", path: "/metadata/labels/lb", value: "front" },
  ]);
});

test("load balancers are written as kind and name, and only services are", () => {
  expect(parseLoadBalancer("svc front")).toEqual({ kind: "service", name: "front" });
  expect(() => parseLoadBalancer("front")).toThrow('"front" is no load balancer');
  expect(() => parseLoadBalancer("ingress front")).toThrow("A ingress cannot take traffic");
});

test("services of a stage and others in the annotation are a contradiction, the same ones are not", () => {
  const manifest = workload("ReplicaSet", "web", {
    annotations: { "traffic.spinnaker.io/load-balancers": '["service a"]' },
  });
  setLoadBalancers(manifest, ["service a"]);
  setLoadBalancers(manifest, []);
  expect(() => setLoadBalancers(manifest, ["service a", "service b"])).toThrow(
    "Take the annotation or the services of the stage away",
  );
});

const conditions: [Selector, string, boolean, boolean, boolean][] = [
  [{ kind: "ANY", key: "", values: [] }, "", true, true, true],
  [{ kind: "EQUALS", key: "k", values: ["a"] }, "k = a", true, false, false],
  [{ kind: "NOT_EQUALS", key: "k", values: ["a"] }, "k != a", false, true, true],
  [{ kind: "CONTAINS", key: "k", values: ["a", "b"] }, "k in (a, b)", true, false, false],
  [{ kind: "NOT_CONTAINS", key: "k", values: ["a", "b"] }, "k notin (a, b)", false, true, true],
  [{ kind: "EXISTS", key: "k", values: [] }, "k", true, true, false],
  [{ kind: "NOT_EXISTS", key: "k", values: [] }, "!k", false, false, true],
];
test.each(conditions)("%j is written %j", (selector, text, a, c, none) => {
  expect(selectorText([selector])).toBe(text);
  expect([{ k: "a" }, { k: "c" }, {}].map((labels) => selects([selector], labels))).toEqual([a, c, none]);
});

test("conditions are all to be met, and those that cannot be asked are told", () => {
  expect(selectorText(conditions.slice(0, 3).map(([selector]) => selector))).toBe("k = a,k != a");
  expect(selectorProblem({ kind: "EQUALS", key: "", values: [] })).toBe("a condition EQUALS needs a key");
  expect(selectorProblem({ kind: "CONTAINS", key: "k", values: [] })).toBe("the condition CONTAINS on k needs a value");
  expect(selectorProblem({ kind: "EXISTS", key: "k", values: [] })).toBeNull();
});

test("a workload's own selector: match labels, expressions, or plain as services write it", () => {
  const matchExpressions = [
    { key: "x", operator: "NotIn", values: ["1"] },
    { key: "y", operator: "Exists" },
  ];
  const selector = { matchLabels: { app: "web" }, matchExpressions };
  expect(selectorText(workloadSelectors({ spec: { selector } }))).toBe("app = web,x notin (1),y");
  expect(selectorText(workloadSelectors(service("front")))).toBe("lb = front");
  expect(workloadSelectors({ spec: {} })).toEqual([]);
});

const sized = (name: string, createdAt: string, replicas: number | null): JsonObject => ({
  kind: "ReplicaSet",
  metadata: { name, creationTimestamp: createdAt },
  spec: replicas === null ? {} : { replicas },
});

test("newest, second newest and oldest are by time of creation, largest and smallest by replicas", () => {
  const objects = [sized("b", "2026-01-02", 9), sized("c", "2026-01-03", null), sized("a", "2026-01-01", 5)];
  const picked = (["newest", "second_newest", "oldest", "largest", "smallest"] as const).map((criterion) => {
    const object = pick(objects, criterion);
    return nameOf(object ?? {});
  });
  expect(picked).toEqual(["c", "b", "a", "b", "c"]);
  expect([pick([], "newest"), pick(objects.slice(0, 1), "second_newest")]).toEqual([null, null]);
});

test("a cluster is who says so by annotation", () => {
  const of = (application: string, cluster: string) =>
    configMap("a", {}, { "moniker.spinnaker.io/application": application, "moniker.spinnaker.io/cluster": cluster });
  expect(
    inCluster([of("shop", "web"), of("shop", "db"), of("x", "web"), configMap("web")], "shop", "web"),
  ).toHaveLength(1);
});

test("versions beyond the history are deleted, oldest first by time, never the one just deployed", () => {
  const annotations = (history: string) => ({ "strategy.spinnaker.io/max-version-history": history });
  const version = (number: number, createdAt: string, history = "2") =>
    deployed(configMap("settings", { number: String(number) }, annotations(history)), number, { createdAt });
  const objects = [
    version(3, "2026-01-03"),
    version(1, "2026-01-04"),
    version(2, "2026-01-02"),
    deployed(configMap("other"), 1),
  ];
  const doomed = (history: string) =>
    versionsToDelete(version(1, "2026-01-04", history), objects).map(({ name }) => name);
  expect([doomed("2"), doomed("9"), doomed("0"), doomed("x")]).toEqual([
    ["settings-v002"],
    [],
    ["settings-v002", "settings-v003"],
    [],
  ]);
});

test("what a replicaSet owns carries its annotations and is no version", () => {
  const annotations = { "strategy.spinnaker.io/max-version-history": "1" };
  const owner = deployed(workload("ReplicaSet", "web", { annotations }), 1);
  const copy = {
    ...deployed(workload("Deployment", "web", { annotations }), null, { createdAt: "2025-01-01" }),
    kind: "ReplicaSet",
  };
  expect(versionsToDelete(owner, [copy, owner])).toEqual([]);
});

test("a namespace is put into namespaced manifests only", () => {
  const inputs = [configMap("a"), { kind: "Namespace", metadata: { name: "x" } }];
  const [first, second] = overrideNamespace(inputs, "other", (manifest) => manifest["kind"] !== "Namespace");
  expect([first?.["metadata"], second]).toEqual([{ name: "a", namespace: "other", annotations: {} }, inputs[1]]);
  expect(overrideNamespace(inputs, " ", () => true)).toEqual(inputs);
});

test("outputs have Orca's names and show no secret", () => {
  const secret = { ...deployed(configMap("s"), 0), kind: "Secret", data: { p: "aGlkZGVu" } };
  const outputs = operationOutputs({
    manifests: [
      secret,
      deployed(workload("Deployment", "web"), null),
      { kind: "Namespace", apiVersion: "v1", metadata: { name: "n" } },
    ],
    boundArtifacts: [{ type: "docker/image" }],
    createdArtifacts: [{ type: "kubernetes/secret" }],
  });
  expect(outputs).toMatchObject({
    "outputs.manifestNamesByNamespace": { shop: ["secret s-v000", "deployment web"], "": ["namespace n"] },
    "outputs.boundArtifacts": [{ type: "docker/image" }],
    "outputs.createdArtifacts": [{ type: "kubernetes/secret" }],
    artifacts: [{ type: "kubernetes/secret" }],
  });
  expect(JSON.stringify(outputs)).not.toContain("aGlkZGVu");
});
