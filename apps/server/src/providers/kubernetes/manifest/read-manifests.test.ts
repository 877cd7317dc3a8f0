import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "@gennaker/contract/json.ts";
import { manifestProblem, manifestsIn, readManifests } from "./read-manifests.ts";

test("several documents, lists and objects of kind List are one row of manifests", () => {
  const text = `---
kind: A
---
# nothing here
---
- kind: B
- kind: C
---
kind: List
items:
  - kind: D
  - {kind: List, items: [{kind: E}]}
`;
  expect(readManifests(text)).toEqual({ manifests: ["A", "B", "C", "D", "E"].map((kind) => ({ kind })), problems: [] });
});

test("JSON is read as well", () => {
  expect(readManifests('{"kind":"List","items":[{"kind":"A"},null]}').manifests).toEqual([{ kind: "A" }]);
});

test("flags and numbers as YAML 1.1 has them; y, n, times and 22:22 are texts", () => {
  const { manifests } = readManifests(
    "a: yes\nb: off\nc: y\nd: n\nmode: 0644\nport: 22:22\nat: 2026-01-01\nbig: 1_000\nquoted: 'yes'\n",
  );
  expect(manifests).toEqual([
    { a: true, b: false, c: "y", d: "n", mode: 420, port: "22:22", at: "2026-01-01", big: 1000, quoted: "yes" },
  ]);
});

test("anchors and merge keys are resolved; the last of equal keys counts", () => {
  const { manifests } = readManifests("x: &x {a: 1}\ny:\n  <<: *x\n  b: 2\ny2: 1\ny2: 3\n");
  expect(manifests).toEqual([{ x: { a: 1 }, y: { a: 1, b: 2 }, y2: 3 }]);
});

test("what cannot be read is told with its place; the other documents are read", () => {
  const { manifests, problems } = readManifests("kind: A\n---\nkind: [B\n---\nkind: C\n---\n- 3\n");
  expect(manifests).toEqual([{ kind: "A" }, { kind: "C" }]);
  expect(problems).toEqual([
    { place: expect.stringMatching(/^line [34], column \d+$/), message: expect.any(String) },
    { place: expect.stringContaining("manifest"), message: "must be an object, not 3" },
  ]);
});

test("an unknown tag is a problem, never an object of the host", () => {
  expect(readManifests("a: !!java.net.URL [x]").problems).toHaveLength(1);
});

test("an alias bomb ends with a problem", () => {
  const bomb = [
    "a: &a [1,1,1,1,1,1,1,1,1]",
    "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]",
    "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]",
  ];
  const { manifests, problems } = readManifests(`${bomb.join("\n")}\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`);
  expect([manifests, problems.length]).toEqual([[], 1]);
});

test("a stage's manifests may be nested lists and texts of YAML", () => {
  expect(manifestsIn([{ kind: "A" }, [[{ kind: "B" }], null], "kind: C\n---\nkind: D", {}]).manifests).toEqual(
    ["A", "B", "C", "D"].map((kind) => ({ kind })),
  );
  expect(manifestsIn([{ kind: "A" }, 5]).problems).toEqual([
    { place: "manifest 2", message: "must be an object, not 5" },
  ]);
  expect(manifestsIn("a: {").problems[0]?.place).toMatch(/^the text, line 1/);
});

const meta = { apiVersion: "v1", kind: "Pod" };
test.each<[{ [key: string]: Json }, string]>([
  [{ kind: "Pod", metadata: { name: "a" } }, "has no apiVersion"],
  [{ apiVersion: "v1", metadata: { name: "a" } }, "has no kind"],
  [{ ...meta }, "has no metadata"],
  [{ ...meta, metadata: {} }, "has neither metadata.name nor metadata.generateName"],
  [{ ...meta, metadata: { name: 5 } }, "has a metadata.name that is no text: 5. Put it in quotes"],
  [{ ...meta, metadata: { name: "a", labels: [] } }, "has metadata.labels that are no object"],
  [
    { ...meta, metadata: { name: "a", annotations: { x: true } } },
    "has a value in metadata.annotations that is no text: x is true. Put it in quotes",
  ],
])("%j %s", (manifest, words) => {
  expect(manifestProblem(manifest)).toBe(words);
});

test("a manifest named by the server is all right", () => {
  expect(manifestProblem({ ...meta, metadata: { generateName: "a-" } })).toBeNull();
});

test("any JSON object is read back as it is from its own text", () => {
  const objects = fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.jsonValue(), { minKeys: 1 });
  fc.assert(
    fc.property(objects, (object) => {
      const plain = JSON.parse(JSON.stringify(object)) as { [key: string]: Json };
      fc.pre(plain["kind"] === undefined);
      expect(readManifests(JSON.stringify(plain)).manifests).toEqual([plain]);
    }),
    { numRuns: 100 },
  );
});
