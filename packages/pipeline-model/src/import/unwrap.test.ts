import { describe, expect, test } from "vitest";
import { unwrap } from "./unwrap.ts";

const one = (document: unknown, hint = {}) => {
  const [found] = unwrap(document, "", hint);
  return found?.kind === null
    ? `refused: ${found.reason}`
    : `${found?.kind} ${found?.application ?? "-"} ${found?.name}`;
};
const stage = { type: "wait", refId: "1" };

describe("what a document is", () => {
  test.each([
    [{ application: "Shop", name: "deploy", stages: [stage] }, "pipeline shop deploy"],
    [{ application: "shop", name: "s", strategy: true, stages: [stage] }, "strategy shop s"],
    [{ application: "shop", name: "empty" }, "pipeline shop empty"],
    [{ pipeline: { app: "shop", name: "nested", stages: [stage] } }, "pipeline shop nested"],
    [
      {
        schema: "v2",
        type: "templatedPipeline",
        application: "shop",
        name: "i",
        template: { reference: "spinnaker://t" },
      },
      "pipeline shop i",
    ],
    [{ schema: "v2", id: "t", metadata: {}, pipeline: { stages: [] } }, "template - t"],
    [{ schema: "1", id: "t1", metadata: { name: "n" }, variables: [], stages: [] }, "template - t1"],
    [
      { schema: "1", pipeline: { application: "shop", name: "v1", template: { source: "spinnaker://t1" } } },
      "pipeline shop v1",
    ],
    [{ name: "c", applications: ["shop"], metrics: [], judge: { name: "j" } }, "canaryConfig shop c"],
    [{ canaryConfig: { name: "c", metrics: [], judge: {} }, executionRequest: { scopes: {} } }, "canaryConfig - c"],
    [{ id: "p1", name: "Payments", config: { applications: ["shop"] } }, "project - Payments"],
    [{ application: "shop", slack: [{ address: "#ops", when: ["pipeline.failed"] }] }, "notifications shop shop"],
    [{ name: "SHOP", attributes: { email: "a@b", cloudProviders: "aws" }, clusters: {} }, "application shop shop"],
    [{ name: "shop", email: "a@b", createTs: "1" }, "application shop shop"],
    [{ name: "shop", permissions: { READ: ["dev"] }, lastModified: 1 }, "applicationPermissions shop shop"],
    [
      { job: [{ type: "createApplication", application: { name: "shop", email: "e" } }], application: "shop" },
      "application shop shop",
    ],
    [{ job: [{ type: "upsertProject", project: { name: "P", config: {} } }] }, "project - P"],
    [{ apiVersion: "v1", kind: "Service" }, "refused: is a Kubernetes manifest (Service)"],
    [
      { application: "shop", id: "E", status: "SUCCEEDED", buildTime: 1, stages: [] },
      "refused: is an execution: what ran in Spinnaker stays there",
    ],
    [
      { foo: 1 },
      "refused: is none of application, pipeline, strategy, template, canary config, project and notifications",
    ],
    ["text", 'refused: is the text "text", not an object'],
  ])("%j is %s", (document, what) => expect(one(document)).toBe(what));

  test("a place decides where the document does not", () => {
    expect(one({ name: "x" }, { kind: "project" })).toBe("project - x");
    expect(one({ stages: [stage] }, { kind: "pipeline", application: "shop", name: "file" })).toBe(
      "pipeline shop file",
    );
  });

  test("Gate's application has its attributes and what stands beside them, without its clusters", () => {
    const [found] = unwrap(
      { name: "shop", attributes: { email: "a@b" }, clusters: { x: [] }, permissions: { READ: [] } },
      "",
    );
    expect(found?.kind !== null && found?.document).toEqual({ name: "shop", email: "a@b", permissions: { READ: [] } });
  });
});

test("an export of several is taken apart, each with the place it stood at", () => {
  const found = unwrap(
    {
      application: "shop",
      pipelines: [
        { name: "a", stages: [stage] },
        { name: "b", stages: [] },
      ],
      projects: [{ name: "P", config: {} }],
      items: "other",
    },
    "",
  );
  expect(found.map(({ kind, name, pointer }) => `${kind} ${name} ${pointer}`)).toEqual([
    "pipeline a /pipelines/0",
    "pipeline b /pipelines/1",
    "project P /projects/0",
  ]);
  expect(found.map((each) => (each.kind === null ? null : each.application))).toEqual(["shop", "shop", null]);
});

test("what the export's path answers is read again", () => {
  const document = { stages: [stage] };
  const items = [{ kind: "strategy", name: "s", application: "shop", document }];
  expect(unwrap({ application: "shop", items }, "")).toEqual([
    { kind: "strategy", name: "s", application: "shop", pointer: "/items/0/document", document },
  ]);
});
