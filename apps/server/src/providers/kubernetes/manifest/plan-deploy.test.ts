import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { labelsOf, nameOf, replicasOf } from "./manifest.ts";
import { noMoniker } from "./moniker.ts";
import { neededFor, planDeploy } from "./plan-deploy.ts";
import { configMap, deployed, request, service, workload, world } from "./testing/builders.ts";

const plan = (manifests: readonly JsonObject[], more = {}, objects: readonly JsonObject[] = []) =>
  planDeploy(request(manifests, more), world(objects));
const names = (manifests: readonly JsonObject[], more = {}, objects: readonly JsonObject[] = []) =>
  plan(manifests, more, objects).manifests.map(({ manifest }) => nameOf(manifest));
const image = (reference: string): JsonObject => ({ type: "docker/image", name: "example.com/app", reference });

test("a configMap made in the same stage is bound into the workload after it, under its version", () => {
  const { manifests, boundArtifacts } = plan([workload("Deployment", "web"), configMap("settings")]);
  expect(manifests.map(({ manifest }) => nameOf(manifest))).toEqual(["settings-v000", "web"]);
  expect(JSON.stringify(manifests[1]?.manifest)).toContain('{"name":"settings-v000"}');
  expect(boundArtifacts).toEqual([manifests[0]?.artifact]);
});

test("what is unchanged is used again and bound under its old version", () => {
  const objects = [deployed(configMap("settings"), 4)];
  const { manifests } = plan([configMap("settings"), workload("Deployment", "web")], {}, objects);
  expect(nameOf(manifests[0]?.manifest ?? {})).toBe("settings-v004");
  expect(JSON.stringify(manifests[1]?.manifest)).toContain("settings-v004");
});

test("the objects, annotations and labels are Spinnaker's", () => {
  const { manifests } = plan([workload("ReplicaSet", "web")], { moniker: { ...noMoniker, app: "shop" } });
  const annotations = {
    "artifact.spinnaker.io/type": "kubernetes/replicaSet",
    "artifact.spinnaker.io/name": "web",
    "artifact.spinnaker.io/location": "shop",
    "artifact.spinnaker.io/version": "v000",
    "moniker.spinnaker.io/application": "shop",
    "moniker.spinnaker.io/cluster": "replicaSet web",
    "moniker.spinnaker.io/sequence": "0",
  };
  const labels = {
    "app.kubernetes.io/name": "shop",
    "app.kubernetes.io/managed-by": "spinnaker",
    "moniker.spinnaker.io/sequence": "0",
  };
  const before = workload("ReplicaSet", "web");
  const spec = before["spec"] as { template: JsonObject };
  expect(manifests[0]?.manifest).toEqual({
    ...before,
    metadata: { name: "web-v000", namespace: "shop", annotations, labels },
    spec: { ...spec, template: { ...spec.template, metadata: { labels: { app: "web", ...labels }, annotations } } },
  });
});

test("a cluster that the stage names is kept for all its manifests; so is what a manifest says itself", () => {
  const mine = configMap("b", {}, { "moniker.spinnaker.io/cluster": "mine", "artifact.spinnaker.io/name": "old" });
  const { manifests } = plan([configMap("a"), mine], {
    moniker: { ...noMoniker, app: "shop", cluster: "web", stack: "eu" },
  });
  const annotations = manifests.map(({ manifest }) => (manifest["metadata"] as JsonObject)["annotations"]);
  expect(annotations[0]).toMatchObject({ "moniker.spinnaker.io/cluster": "web", "moniker.spinnaker.io/stack": "eu" });
  expect(annotations[1]).toMatchObject({ "moniker.spinnaker.io/cluster": "mine", "artifact.spinnaker.io/name": "old" });
});

test("a generated name gets no version, and its object is known by no name", () => {
  const pod: JsonObject = { apiVersion: "v1", kind: "Pod", metadata: { generateName: "run-", namespace: "shop" } };
  const { manifests } = plan([pod]);
  expect(manifests[0]?.manifest["metadata"]).toMatchObject({
    generateName: "run-",
    annotations: { "moniker.spinnaker.io/cluster": "pod run-", "artifact.spinnaker.io/version": "" },
  });
  expect(nameOf(manifests[0]?.manifest ?? {})).toBe("");
});

test("the stage may say that nothing, or everything, is versioned", () => {
  expect(names([configMap("a"), workload("Deployment", "web")], { versioned: false })).toEqual(["a", "web"]);
  expect(names([configMap("a"), workload("Deployment", "web")], { versioned: true })).toEqual(["a-v000", "web-v000"]);
});

test("a required artifact goes before an optional one of the same name; what the stage makes before both", () => {
  const required = [image("example.com/app:required")];
  const optional = [
    image("example.com/app:optional"),
    { type: "kubernetes/configMap", name: "settings", location: "shop", reference: "settings-v099" },
  ];
  const text = JSON.stringify(
    plan([workload("Deployment", "web"), configMap("settings")], { required, optional }).manifests,
  );
  expect([text.includes(":required"), text.includes(":optional"), text.includes("settings-v099")]).toEqual([
    true,
    false,
    false,
  ]);
});

test("a required artifact that nothing names fails with what to do", () => {
  const required = [{ type: "docker/image", name: "example.com/other", reference: "example.com/other:1" }];
  expect(() => plan([workload("Deployment", "web")], { required })).toThrow(
    "These required artifacts are named by no manifest: docker/image example.com/other.",
  );
  expect(names([workload("Deployment", "web")], { required, bindArtifacts: false })).toEqual(["web"]);
});

test("without binding nothing from outside is bound, but what the stage makes still is", () => {
  const optional = [image("example.com/app:2")];
  const text = JSON.stringify(
    plan([workload("Deployment", "web"), configMap("settings")], { optional, bindArtifacts: false }).manifests,
  );
  expect([text.includes("app:2"), text.includes("settings-v000")]).toEqual([false, true]);
});

test("the capacity of the version before is kept where the annotation asks for it", () => {
  const annotations = { "strategy.spinnaker.io/use-source-capacity": "true" };
  const scaled = (kind: string, replicas: number, version: number | null) => {
    const object = deployed(workload(kind, "web", { annotations }), version);
    (object["spec"] as JsonObject)["replicas"] = replicas;
    return object;
  };
  const replicas = (kind: string, objects: readonly JsonObject[]) =>
    replicasOf(plan([workload(kind, "web", { annotations })], {}, objects).manifests[0]?.manifest ?? {});
  expect(replicas("ReplicaSet", [scaled("ReplicaSet", 5, 0), scaled("ReplicaSet", 7, 1)])).toBe(7);
  expect(replicas("Deployment", [scaled("Deployment", 9, null)])).toBe(9);
  expect(replicas("StatefulSet", [])).toBe(2);
  expect(replicas("DaemonSet", [scaled("DaemonSet", 9, null)])).toBe(2);
});

test("services of the stage are written down and their selectors become labels of the pods", () => {
  const { manifests } = plan([workload("ReplicaSet", "web")], { services: ["service front"] }, [service("front")]);
  expect(JSON.stringify(manifests[0]?.manifest)).toContain(
    '"traffic.spinnaker.io/load-balancers":"[\\"service front\\"]"',
  );
  const spec = manifests[0]?.manifest["spec"] as { template: JsonObject };
  expect(labelsOf(spec.template)).toMatchObject({ app: "web", lb: "front" });
});

test("a dark rollout writes them down only", () => {
  const { manifests } = plan([workload("ReplicaSet", "web")], { services: ["service front"], enableTraffic: false });
  const text = JSON.stringify(manifests);
  expect([text.includes("service front"), text.includes('"lb"')]).toEqual([true, false]);
});

test("a service in the same stage is taken before one in the cluster; without either the plan fails", () => {
  const inputs = [workload("ReplicaSet", "web"), service("front", { lb: "new" })];
  const { manifests } = plan(inputs, { services: ["service front"] }, [service("front", { lb: "old" })]);
  expect(JSON.stringify(manifests)).toContain('"lb":"new"');
  expect(() => plan([workload("ReplicaSet", "web")], { services: ["service front"] })).toThrow(
    'none in the namespace "shop"',
  );
});

test("label selectors look at the labels that are deployed", () => {
  const labelled = configMap("a");
  (labelled["metadata"] as JsonObject)["labels"] = { tier: "web" };
  const selectors = [{ kind: "EQUALS" as const, key: "tier", values: ["web"] }];
  expect(plan([labelled, configMap("b")], { selectors }).manifests.map(({ selected }) => selected)).toEqual([
    true,
    false,
  ]);
  const replaced = configMap("c", {}, { "strategy.spinnaker.io/replace": "true" });
  expect(() => plan([replaced], { selectors })).toThrow("does not go together with the stage's label selectors");
});

test("red/black needs two versions of history", () => {
  const one = workload("ReplicaSet", "web", { annotations: { "strategy.spinnaker.io/max-version-history": "1" } });
  expect(() => plan([one], { blueGreen: true })).toThrow("Give it 2 or more");
  expect(names([one])).toEqual(["web-v000"]);
});

test("what no one deploys is refused by name", () => {
  expect(() => plan([{ apiVersion: "v1", kind: "Event", metadata: { name: "x" } }])).toThrow(
    "event x cannot be deployed",
  );
  expect(() => plan([{ apiVersion: "v1", kind: "ConfigMap" }])).toThrow("has no metadata");
});

test("what has to be asked of the cluster: versioned kinds as lists, services and sources one by one", () => {
  const source = workload("Deployment", "web", {
    annotations: { "strategy.spinnaker.io/use-source-capacity": "true" },
  });
  const needed = neededFor(request([configMap("a"), configMap("b"), source], { services: ["svc front"] }));
  expect(needed).toEqual({
    lists: [{ kind: "configMap", namespace: "shop" }],
    objects: [
      { kind: "deployment", namespace: "shop", name: "web" },
      { kind: "service", namespace: "shop", name: "front" },
    ],
  });
});

test("the manifests given are not changed", () => {
  const inputs = [workload("ReplicaSet", "web"), configMap("settings"), service("front")];
  const before = structuredClone(inputs);
  plan(inputs, { services: ["service front"] });
  expect(inputs).toEqual(before);
});
