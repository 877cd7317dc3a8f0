import { planTemplate } from "@gennaker/pipeline-model/templates/plan.ts";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { templateFromPipeline } from "./template-conversion.ts";

const pipeline = {
  id: "kept out",
  application: "shop",
  name: "Ship it: all!",
  lastModifiedBy: "ada@example.com",
  parameterConfig: [{ name: "size", default: "2" }],
  triggers: [{ type: "cron", enabled: true, cronExpression: "0 0/12 * * * ?" }],
  notifications: [{ type: "email", address: "a@example.com", when: ["pipeline.failed"] }],
  stages: [
    { refId: "1", type: "wait", name: "Wait", waitTime: 5, requisiteStageRefIds: [], comments: "x".repeat(300) },
    { refId: "2", type: "bake", name: "Bake", requisiteStageRefIds: ["1", "gone"], regions: ["a", "b"] },
  ],
};

test("a pipeline becomes a template that says the same", () => {
  const text = templateFromPipeline(pipeline);
  expect(text.split("\n").slice(0, 5).join("\n")).toMatch(/^(# .*\n){3}schema: '1'\nid: shop-Shipitall$/);
  expect(text).toContain("\n- id: wait1\n  type: wait\n  dependsOn: []\n");
  expect(parse(text)).toEqual({
    schema: "1",
    id: "shop-Shipitall",
    metadata: {
      name: "Ship it: all!",
      description: "GIVE ME A DESCRIPTION",
      owner: "ada@example.com",
      scopes: ["shop"],
    },
    protect: false,
    configuration: {
      concurrentExecutions: { limitConcurrent: true, maxConcurrentExecutions: 0 },
      triggers: [{ type: "cron", enabled: true, cronExpression: "0 0/12 * * * ?", name: "unnamed0" }],
      parameters: [{ name: "size", default: "2" }],
      notifications: [{ type: "email", address: "a@example.com", when: ["pipeline.failed"], name: "email0" }],
      expectedArtifacts: null,
    },
    variables: [],
    stages: [
      { id: "wait1", type: "wait", dependsOn: [], name: "Wait", config: { waitTime: 5, comments: "x".repeat(300) } },
      { id: "bake2", type: "bake", dependsOn: ["wait1"], name: "Bake", config: { regions: ["a", "b"] } },
    ],
  });
});

test("and can be planned into the pipeline again", () => {
  const instance = {
    type: "templatedPipeline",
    config: { schema: "1", pipeline: { application: "shop", name: "again", variables: {} } },
  };
  expect(planTemplate(parse(templateFromPipeline(pipeline)), instance)).toMatchObject({
    pipeline: {
      stages: [
        { refId: "wait1", waitTime: 5 },
        { refId: "bake2", requisiteStageRefIds: ["wait1"], regions: ["a", "b"] },
      ],
    },
  });
});

test("an empty one is told what it lacks", () => {
  expect(parse(templateFromPipeline({}))).toMatchObject({
    id: "spinnaker-generatedTemplate",
    metadata: { name: "GIVE ME A NAME", owner: null, scopes: [] },
    stages: [],
  });
});
