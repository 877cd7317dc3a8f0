import { expect, test } from "vitest";
import { digestOf, keyOf, readReference, templateOf } from "./reference.ts";

test.each([
  ["spinnaker://my-template", { id: "my-template" }],
  ["spinnaker://my-template:stable", { id: "my-template", tag: "stable" }],
  ["spinnaker://my-template@sha256:0af9", { id: "my-template", digest: "0af9" }],
  ["http://host/template.json", null],
  ["spinnaker://", null],
])("%s is read", (text, reference) => {
  expect(readReference(text)).toEqual(reference);
});

test("a version's key is its id, with a tag or a digest", () => {
  expect([keyOf("t", {}), keyOf("t", { tag: "stable" }), keyOf("t", { digest: "ab" })]).toEqual([
    "t",
    "t:stable",
    "t@sha256:ab",
  ]);
});

test("a digest is of the content: order of fields, tag and times do not count, everything else does", () => {
  const digest = digestOf({ id: "t", pipeline: { a: 1, b: [1, 2] } });
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(digestOf({ pipeline: { b: [1, 2], a: 1 }, tag: "stable", updateTs: "5", id: "t" })).toBe(digest);
  expect(digestOf({ id: "t", pipeline: { a: 1, b: [2, 1] } })).not.toBe(digest);
});

test("an instance of either generation says where its template is, a pipeline does not", () => {
  const template = { reference: "spinnaker://t" };
  expect(templateOf({ schema: "v2", template })).toEqual({ reference: "spinnaker://t", artifact: template });
  expect(
    templateOf({
      type: "templatedPipeline",
      config: { schema: "1", pipeline: { template: { source: "spinnaker://t" } } },
    }),
  ).toEqual({ reference: "spinnaker://t", artifact: null });
  expect(templateOf({ schema: "v2" })).toEqual({ reference: "", artifact: null });
  expect(templateOf({ name: "n", stages: [] })).toBeNull();
});
