import type { JsonObject } from "@gennaker/contract/json.ts";
import { expect, test } from "vitest";
import { planTemplate } from "../plan.ts";
import { mergeTemplates } from "./inherit.ts";

const wait = (id: string, waitTime: unknown, dependsOn?: string[]): JsonObject => ({
  id,
  type: "wait",
  config: { waitTime } as JsonObject,
  ...(dependsOn === undefined ? {} : { dependsOn }),
});
const template = (id: string, more: JsonObject): JsonObject => ({ schema: "1", id, ...more });
const root = template("root", {
  variables: [
    { name: "seconds", type: "int", description: "How long" },
    { name: "zone", defaultValue: "eu" },
  ],
  configuration: {
    triggers: [{ name: "daily", type: "cron" }],
    concurrentExecutions: { limitConcurrent: true, keepWaitingPipelines: true },
  },
  stages: [wait("first", "{{ seconds }}"), wait("second", 1, ["first"])],
  modules: [{ id: "m", definition: "root" }],
});
const child = template("child", {
  source: "spinnaker://root",
  variables: [
    { name: "seconds", merge: true, defaultValue: 7 },
    { name: "more", defaultValue: "x" },
  ],
  configuration: { triggers: [{ name: "daily", type: "manual" }], concurrentExecutions: { limitConcurrent: false } },
  stages: [wait("second", 2, ["first"]), wait("third", "{{ seconds }}", ["second"])],
});
const instance = (config: JsonObject = {}, about: JsonObject = {}): JsonObject => ({
  type: "templatedPipeline",
  config: {
    schema: "1",
    pipeline: { application: "shop", name: "p", template: { source: "spinnaker://child" }, ...about },
    ...config,
  },
});
const find = (templates: Record<string, JsonObject>) => ({
  findTemplate: (source: string) => templates[source] ?? null,
});
const all = find({ "spinnaker://root": root });

function planned(...[given, made, options]: Parameters<typeof planTemplate>): JsonObject {
  const plan = planTemplate(given, made, options);
  if ("problems" in plan) throw new Error(JSON.stringify(plan.problems));
  return plan.pipeline;
}
const stagesOf = (pipeline: JsonObject) =>
  (pipeline["stages"] as JsonObject[]).map(({ refId, waitTime, requisiteStageRefIds }) => [
    refId,
    waitTime,
    requisiteStageRefIds,
  ]);

test("a template has its parent's stages, replaced by its own of the same id, and both their variables", () => {
  const pipeline = planned(child, instance({ configuration: { inherit: ["triggers", "concurrentExecutions"] } }), all);
  expect(stagesOf(pipeline)).toEqual([
    ["first", 7, []],
    ["second", 2, ["first"]],
    ["third", 7, ["second"]],
  ]);
  expect(pipeline).toMatchObject({
    triggers: [{ name: "daily", type: "manual" }],
    limitConcurrent: false,
    keepWaitingPipelines: true,
  });
});

test("an instance adds and replaces stages over all of them", () => {
  const stages = [wait("third", 9, ["first"]), wait("fourth", 4, ["third"])];
  const found = stagesOf(planned(child, instance({ stages }), all));
  expect(found).toHaveLength(4);
  expect(found).toEqual(
    expect.arrayContaining([
      ["first", 7, []],
      ["second", 2, ["first"]],
      ["third", 9, ["first"]],
      ["fourth", 4, ["third"]],
    ]),
  );
});

test("three generations, the topmost first", () => {
  const grandchild = template("grandchild", {
    source: "https://templates.example/child.yml",
    stages: [wait("first", 3)],
  });
  const options = find({ "https://templates.example/child.yml": child, "spinnaker://root": root });
  expect(
    stagesOf(planned(grandchild, instance(), options)).map(([id, time]) => `${String(id)} ${String(time)}`),
  ).toEqual(["first 3", "second 2", "third 7"]);
});

test.each<[string, JsonObject, Record<string, JsonObject>, string]>([
  ["a parent that is not at hand", child, {}, "names a parent template (spinnaker://root) that is not at hand"],
  [
    "a circle",
    template("a", { source: "spinnaker://b" }),
    {
      "spinnaker://b": template("b", { source: "spinnaker://c" }),
      "spinnaker://c": template("c", { source: "spinnaker://b" }),
    },
    "leads in a circle: spinnaker://b → spinnaker://c → spinnaker://b",
  ],
  ["a parent that is none", child, { "spinnaker://root": { schema: "v2", pipeline: {} } }, "must be one of 1"],
])("%s is a problem", (_what, given, templates, words) => {
  const plan = planTemplate(given, instance(), find(templates));
  expect("problems" in plan && plan.problems[0]?.reason).toContain(words);
});

test("a parent that is protected protects the whole", () => {
  const plan = planTemplate(
    child,
    instance({ stages: [wait("x", 1, ["first"])] }),
    find({ "spinnaker://root": { ...root, protect: true } }),
  );
  expect("problems" in plan && plan.problems[0]?.reason).toContain("protected");
});

test("merging keeps what only one has, joins variables as asked, and takes equal artifacts once", () => {
  const artifact = { id: "a", matchArtifact: { type: "docker/image" } };
  const merged = mergeTemplates([
    { ...root, configuration: { expectedArtifacts: [artifact] } },
    {
      ...child,
      variables: [
        { name: "zone", remove: true },
        { name: "seconds", merge: true, example: "5", nullable: true },
      ],
      configuration: { expectedArtifacts: [artifact, { id: "b" }] },
    },
  ]);
  expect(merged).toMatchObject({ id: "child", modules: [{ id: "m", definition: "root" }], protect: false });
  expect(merged["variables"]).toEqual([{ name: "seconds", type: "int", description: "How long", example: "5" }]);
  expect((merged["configuration"] as JsonObject)["expectedArtifacts"]).toEqual([artifact, { id: "b" }]);
});

test("an instance may do without a template: its stages are the pipeline's, its variables are as they are given", () => {
  const alone: JsonObject = {
    type: "templatedPipeline",
    config: {
      schema: "1",
      pipeline: { application: "shop", name: "alone", variables: { seconds: 20 } },
      stages: [wait("one", "{{ seconds }}"), wait("two", 1, ["one"])],
    },
  };
  expect(stagesOf(planned(null, alone))).toEqual([
    ["one", 20, []],
    ["two", 1, ["one"]],
  ]);
});
