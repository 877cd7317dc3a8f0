import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { lastAppliedOf } from "./annotations.ts";
import { applyPatch, recorded, withoutServerFields } from "./apply-patch.ts";
import { configMap, service, workload } from "./testing/builders.ts";
import { applyMergePatch } from "./testing/patching.ts";

const record = (manifest: JsonObject): JsonObject => recorded(manifest) ?? {};
/** The patch from one manifest to the next, `live` being what the first became in the cluster. */
function patchFrom(before: JsonObject, after: JsonObject, change: (live: JsonObject) => void = () => {}) {
  const live = structuredClone(record(before));
  change(live);
  const found = applyPatch(record(after), live);
  if (found === null) return null;
  const { metadata: _metadata, ...rest } = found.patch;
  return { type: found.type, ...rest };
}
const widget = (spec: JsonObject): JsonObject => ({
  apiVersion: "example.com/v1",
  kind: "Widget",
  metadata: { name: "a" },
  spec,
});

test("the last applied configuration is the manifest without itself, keys sorted", () => {
  const text = (record(configMap("a"))["metadata"] as { annotations: Record<string, string> }).annotations;
  expect(text["kubectl.kubernetes.io/last-applied-configuration"]).toBe(
    '{"apiVersion":"v1","data":{"a":"1"},"kind":"ConfigMap","metadata":{"annotations":{},"name":"a","namespace":"shop"}}\n',
  );
  expect(lastAppliedOf(record(record(configMap("a"))))).toEqual(configMap("a"));
});

test("a manifest too long for an annotation is not recorded", () => {
  expect(recorded(configMap("a", { a: "x".repeat(260_000) }))).toBeNull();
});

test("the same manifest again is nothing to do", () => {
  expect(applyPatch(record(workload("Deployment", "web")), record(workload("Deployment", "web")))).toBeNull();
});

test("what the cluster and others added stays", () => {
  const after = workload("Deployment", "web");
  const patch = patchFrom(workload("Deployment", "web"), after, (live) => {
    live["status"] = { replicas: 2 };
    (live["spec"] as JsonObject)["revisionHistoryLimit"] = 10;
  });
  expect(patch).toBeNull();
});

test("what was applied and is no longer there is taken away", () => {
  expect(patchFrom(configMap("a", { a: "1", b: "2" }), configMap("a", { b: "3" }))).toEqual({
    type: "strategic",
    data: { a: null, b: "3" },
  });
});

test("what somebody else wrote is overwritten only where the manifest says something", () => {
  const patch = patchFrom(
    configMap("a", { a: "1" }),
    configMap("a", { a: "1" }),
    (live) => (live["data"] = { a: "9", z: "9" }),
  );
  expect(patch).toEqual({ type: "strategic", data: { a: "1" } });
});

test("containers and variables are told apart by name; those of others stay", () => {
  const pod = (containers: JsonObject[]): JsonObject => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "a" },
    spec: { template: { spec: { containers } } },
  });
  const main = (env: JsonObject[]): JsonObject => ({ name: "main", image: "a:1", env });
  const patch = patchFrom(
    pod([
      main([
        { name: "A", value: "1" },
        { name: "B", value: "2" },
      ]),
      { name: "old" },
    ]),
    pod([
      main([
        { name: "B", value: "3" },
        { name: "C", value: "4" },
      ]),
    ]),
    (live) => {
      const spec = ((live["spec"] as JsonObject)["template"] as JsonObject)["spec"] as { containers: JsonObject[] };
      spec.containers.push({ name: "injected" });
    },
  );
  const env = [
    { name: "B", value: "3" },
    { name: "C", value: "4" },
    { $patch: "delete", name: "A" },
  ];
  const containers = [
    { name: "main", env },
    { $patch: "delete", name: "old" },
  ];
  expect(patch).toEqual({ type: "strategic", spec: { template: { spec: { containers } } } });
});

test("a volume that becomes another one and a strategy lose what they had before", () => {
  const pod = (volume: JsonObject, strategy: JsonObject): JsonObject => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "a" },
    spec: { strategy, template: { spec: { volumes: [{ name: "v", ...volume }] } } },
  });
  const patch = patchFrom(
    pod({ emptyDir: {} }, {}),
    pod({ configMap: { name: "c" } }, { type: "Recreate" }),
    (live) => {
      (live["spec"] as JsonObject)["strategy"] = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } };
    },
  );
  expect(patch).toEqual({
    type: "strategic",
    spec: {
      strategy: { $retainKeys: ["type"], type: "Recreate" },
      template: {
        spec: {
          volumes: [{ name: "v", configMap: { name: "c" }, emptyDir: null, $retainKeys: ["configMap", "name"] }],
        },
      },
    },
  });
});

test("ports of a service go by port, of a container by containerPort; doubled keys replace the list", () => {
  const ports = (list: JsonObject[]): JsonObject => ({ ...service("a"), spec: { ports: list } });
  expect(patchFrom(ports([{ port: 80, name: "a" }]), ports([{ port: 80, name: "b" }]))).toEqual({
    type: "strategic",
    spec: { ports: [{ port: 80, name: "b" }] },
  });
  const doubled = [
    { port: 53, protocol: "TCP" },
    { port: 53, protocol: "UDP" },
  ];
  expect(patchFrom(ports([{ port: 80 }]), ports(doubled))).toEqual({ type: "strategic", spec: { ports: doubled } });
});

test("lists without a key are replaced", () => {
  const rules = (list: JsonObject[]): JsonObject => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name: "a" },
    rules: list,
  });
  expect(patchFrom(rules([{ verbs: ["get"] }, { verbs: ["list"] }]), rules([{ verbs: ["get"] }]))).toEqual({
    type: "strategic",
    rules: [{ verbs: ["get"] }],
  });
});

test("custom resources get a merge patch with whole lists", () => {
  expect(patchFrom(widget({ containers: [{ name: "a" }], x: 1 }), widget({ containers: [{ name: "b" }] }))).toEqual({
    type: "merge",
    spec: { containers: [{ name: "b" }], x: null },
  });
});

test("an object that was never applied loses nothing", () => {
  const patch = applyPatch(record(configMap("a", { a: "1" })), configMap("a", { b: "2" }));
  expect(patch?.patch["data"]).toEqual({ a: "1" });
});

test("what only the server writes is not sent", () => {
  const object = {
    ...configMap("a"),
    status: {},
    metadata: { name: "a", uid: "1", resourceVersion: "5", managedFields: [], creationTimestamp: "x" },
  };
  expect(withoutServerFields(object)).toEqual({ ...configMap("a"), metadata: { name: "a", resourceVersion: "5" } });
});

test("after any row of applies the object holds what the last manifest says and what others wrote", () => {
  const leaf = fc.constantFrom<JsonObject | string | number>("x", "y", 1, 2, {}, { deep: "1" });
  const specs = fc.dictionary(fc.constantFrom("a", "b", "c", "d"), leaf, { maxKeys: 4 });
  fc.assert(
    fc.property(fc.array(specs, { minLength: 1, maxLength: 5 }), (rows) => {
      let live: JsonObject = { ...widget({ theirs: "kept" }) };
      for (const spec of rows) {
        const manifest = record(widget(spec));
        live = applyMergePatch(live, applyPatch(manifest, live)?.patch ?? {});
        expect(applyPatch(manifest, live)).toBeNull();
      }
      const last = rows.at(-1) ?? {};
      expect(live["spec"]).toMatchObject({ ...last, theirs: "kept" });
      expect(Object.keys(live["spec"] as JsonObject).toSorted()).toEqual([...Object.keys(last), "theirs"].toSorted());
    }),
    { numRuns: 100 },
  );
});
