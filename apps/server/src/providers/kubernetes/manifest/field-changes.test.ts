import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { comparable, fieldChanges, hidden, maskChanges, maskSecrets } from "./field-changes.ts";
import { configMap, workload } from "./testing/builders.ts";

const spec = (containers: JsonObject[]): JsonObject => ({ spec: { template: { spec: { containers } } } });

test("what only the server writes is no difference", () => {
  const live = {
    ...configMap("a"),
    status: { x: 1 },
    metadata: {
      name: "a",
      uid: "1",
      resourceVersion: "7",
      generation: 2,
      creationTimestamp: "2026-01-01T00:00:00Z",
      managedFields: [{}],
      annotations: {
        "kubectl.kubernetes.io/last-applied-configuration": "{}",
        "deployment.kubernetes.io/revision": "3",
      },
    },
  };
  expect(comparable(live).metadata).toEqual({ name: "a" });
  expect(Object.keys(comparable(live))).not.toContain("status");
  expect(comparable(workload("Deployment", "web")).spec).toEqual(workload("Deployment", "web").spec);
});

test.each<[string, JsonObject, JsonObject, unknown[]]>([
  ["an equal object", { a: { b: [1, { c: 2 }] } }, { a: { b: [1, { c: 2 }] } }, []],
  ["a value", { a: { b: 1 } }, { a: { b: 2 } }, [{ op: "change", path: "a.b", before: 1, after: 2 }]],
  ["a field that comes", {}, { a: { b: 2 } }, [{ op: "add", path: "a", after: { b: 2 } }]],
  ["a field that goes", { a: null }, {}, [{ op: "remove", path: "a", before: null }]],
  ["another type", { a: [1] }, { a: { b: 1 } }, [{ op: "change", path: "a", before: [1], after: { b: 1 } }]],
  ["a key with dots", { a: {} }, { a: { "x.io/y": "1" } }, [{ op: "add", path: 'a["x.io/y"]', after: "1" }]],
  [
    "a list of plain values",
    { args: ["a"] },
    { args: ["a", "b"] },
    [{ op: "change", path: "args", before: ["a"], after: ["a", "b"] }],
  ],
  [
    "entries by their names, wherever they stand",
    spec([{ name: "web", image: "app:1" }]),
    spec([
      { name: "side", image: "side:1" },
      { name: "web", image: "app:2" },
    ]),
    [
      { op: "change", path: "spec.template.spec.containers[web].image", before: "app:1", after: "app:2" },
      { op: "add", path: "spec.template.spec.containers[side]", after: { name: "side", image: "side:1" } },
    ],
  ],
  [
    "the order of entries",
    { list: [{ name: "a" }, { name: "b" }, { name: "c" }] },
    { list: [{ name: "b" }, { name: "a" }] },
    [
      { op: "remove", path: "list[c]", before: { name: "c" } },
      { op: "change", path: "list (order)", before: ["a", "b"], after: ["b", "a"] },
    ],
  ],
  [
    "entries without a key, by number",
    { rules: [{ from: [1] }, { from: [2] }] },
    { rules: [{ from: [1] }, { from: [3] }] },
    [{ op: "change", path: "rules[1].from", before: [2], after: [3] }],
  ],
  [
    "ports that share a number keep apart by name",
    {
      ports: [
        { name: "tcp", port: 53, protocol: "TCP" },
        { name: "udp", port: 53, protocol: "UDP" },
      ],
    },
    {
      ports: [
        { name: "tcp", port: 53, protocol: "TCP" },
        { name: "udp", port: 54, protocol: "UDP" },
      ],
    },
    [{ op: "change", path: "ports[udp].port", before: 53, after: 54 }],
  ],
])("%s", (_name, before, after, changes) => {
  expect(fieldChanges(before, after)).toEqual(changes);
});

test("of a secret only the keys are shown, whatever of it changes", () => {
  const secret = (more: JsonObject): JsonObject => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s" },
    ...more,
  });
  const [before, after] = [
    secret({ data: { a: "b25l", b: "dHdv" }, type: "Opaque" }),
    secret({ data: { a: "c2l4", c: "dHdv" } }),
  ];
  const shown = maskChanges(after, fieldChanges(before, after));
  expect(shown).toEqual([
    { op: "change", path: "data.a", before: hidden, after: hidden },
    { op: "remove", path: "data.b", before: hidden },
    { op: "add", path: "data.c", after: hidden },
    { op: "remove", path: "type", before: "Opaque" },
  ]);
  expect(maskChanges(after, fieldChanges(secret({}), secret({ data: { "a.b": "c2l4" } })))).toEqual([
    { op: "add", path: "data", after: { "a.b": hidden } },
  ]);
  expect(maskChanges(after, fieldChanges(secret({ data: { "a.b": "1" } }), secret({ data: { "a.b": "2" } })))).toEqual([
    { op: "change", path: 'data["a.b"]', before: hidden, after: hidden },
  ]);
  expect(maskSecrets(secret({ data: { a: "x" }, stringData: { b: "y" } }))).toMatchObject({
    data: { a: hidden },
    stringData: { b: hidden },
  });
  expect(maskSecrets(configMap("a", { k: "v" }))).toEqual(configMap("a", { k: "v" }));
});
