import { expect, test } from "vitest";
import type { Json, JsonObject } from "@gennaker/contract/json.ts";
import { planTemplate } from "./plan.ts";

const wait: JsonObject = {
  refId: "wait",
  type: "wait",
  requisiteStageRefIds: [],
  waitTime: "${ templateVariables.seconds }",
};

function template(pipeline: JsonObject, more: JsonObject = {}): JsonObject {
  const variables = [
    { name: "seconds", type: "int", defaultValue: 5 },
    { name: "region", type: "string", nullable: true },
  ];
  return { schema: "v2", id: "t", variables, pipeline: { stages: [wait], ...pipeline }, ...more };
}

function instance(more: JsonObject = {}): JsonObject {
  return {
    schema: "v2",
    type: "templatedPipeline",
    application: "shop",
    name: "deploy",
    template: { reference: "spinnaker://t" },
    ...more,
  };
}

function planned(of: JsonObject, by: JsonObject): JsonObject {
  const plan = planTemplate(of, by);
  if ("problems" in plan) throw new Error(JSON.stringify(plan.problems));
  return plan.pipeline;
}

test("a plan is the template's pipeline under the instance's name, with the values of its variables", () => {
  expect(planned(template({ description: "d" }), instance({ variables: { seconds: 7, unknown: 1 } }))).toEqual({
    id: "unknown",
    application: "shop",
    name: "deploy",
    description: "d",
    limitConcurrent: true,
    maxConcurrentExecutions: 0,
    keepWaitingPipelines: false,
    notifications: [],
    parameterConfig: [],
    triggers: [],
    stages: [{ refId: "wait", type: "wait", requisiteStageRefIds: [], waitTime: 7, notifications: [] }],
    templateVariables: { seconds: 7 },
    source: { type: "templatedPipeline", version: "v2" },
  });
});

test("id, concurrency and trigger come from the instance where the template says nothing", () => {
  const more = {
    id: "i",
    pipelineConfigId: "p",
    limitConcurrent: false,
    maxConcurrentExecutions: 3,
    trigger: { type: "manual" },
  };
  expect(planned(template({ maxConcurrentExecutions: 9 }), instance(more))).toMatchObject({
    id: "i",
    limitConcurrent: false,
    maxConcurrentExecutions: 9,
    trigger: { type: "manual" },
  });
  expect(planned(template({}), instance({ pipelineConfigId: "p" }))["id"]).toBe("p");
});

const lists = {
  triggers: [{ type: "cron", id: "c" }],
  parameterConfig: [{ name: "p" }],
  notifications: [{ type: "slack" }],
};

test("lists of the template are marked as inherited and come before the instance's; equal entries once, names not compared", () => {
  const own = {
    triggers: [{ id: "c", inherited: true, type: "cron" }, { type: "git" }],
    parameters: [{ name: "p" }],
    notifications: [],
  };
  expect(planned(template(lists), instance(own))).toMatchObject({
    triggers: [{ type: "cron", id: "c", inherited: true }, { type: "git" }],
    parameterConfig: [{ name: "p", inherited: true }, { name: "p" }],
    notifications: [{ type: "slack", inherited: true }],
  });
});

test.each([
  ["triggers", "triggers"],
  ["parameters", "parameterConfig"],
  ["notifications", "notifications"],
])("exclude %s leaves the template's out", (exclude, key) => {
  expect(planned(template(lists), instance({ exclude: [exclude] }))[key]).toEqual([]);
});

test("what is not known while planning stays raw, and with v4 the stages' expressions wait for the run", () => {
  const raw = { ...wait, a: "${ parameters.x }", b: "${ trigger.tag }", c: "x ${ templateVariables.seconds }" };
  expect(planned(template({ stages: [raw] }), instance())["stages"]).toMatchObject([{ a: raw.a, b: raw.b, c: "x 5" }]);
  const later = planned(template({ spelEvaluator: "v4", description: "${templateVariables.seconds}" }), instance());
  expect([later["description"], later["stages"]]).toEqual([5, [{ ...wait, notifications: [] }]]);
});

test("defaults are expressions over trigger, application and the other variables", () => {
  const variables = [
    { name: "a", defaultValue: "${trigger.tag ?: 'none'} in ${application} by ${b}" },
    { name: "b", defaultValue: "me" },
  ];
  expect(
    planned(template({}, { variables: [...variables, { name: "seconds", defaultValue: 1 }] }), instance())[
      "templateVariables"
    ],
  ).toEqual({ a: "none in shop by me", b: "me", seconds: 1 });
});

test("a variable without a value that is used is a problem with its place", () => {
  const plan = planTemplate(template({ stages: [{ ...wait, r: ["${ templateVariables.region }"] }] }), instance());
  expect(plan).toEqual({
    problems: [
      {
        pointer: "/template/pipeline/stages/0/r/0",
        reason: expect.stringContaining("templateVariables.region") as string,
      },
    ],
  });
});

test("a protected template takes no stages", () => {
  const stages = [{ refId: "mine", type: "wait" }];
  expect(planTemplate(template({}, { protect: true }), instance({ stages }))).toMatchObject({
    problems: [{ pointer: "/instance/stages" }],
  });
  expect(planned(template({}, { protect: true }), instance())["name"]).toBe("deploy");
});

test.each<[string, unknown, unknown, string]>([
  ["template that is no object", 5, instance(), "/template"],
  ["template without its schema", { pipeline: {} }, instance(), "/template/schema"],
  ["template without pipeline", { schema: "v2" }, instance(), "/template/pipeline"],
  ["unknown schema of the instance", template({}), { schema: "v3" }, "/instance/schema"],
  ["trigger that is no object", template({}), instance({ triggers: [1] }), "/instance/triggers/0"],
  ["exclude of something else", template({}), instance({ exclude: ["stages"] }), "/instance/exclude/0"],
  ["stage without refId", template({ stages: [{ type: "wait" }] }), instance(), "/template/pipeline/stages/0/refId"],
])("%s", (_what, of, by, pointer) => {
  const plan = planTemplate(of, by);
  expect("problems" in plan && plan.problems.map((problem) => problem.pointer)).toEqual([pointer]);
});

test("the documents are left alone", () => {
  const documents: Json = [
    template(lists),
    instance({ variables: { seconds: 1 }, stages: [{ refId: "x", type: "wait", inject: { first: true } }] }),
  ];
  const before = structuredClone(documents);
  planned(documents[0] as JsonObject, documents[1] as JsonObject);
  expect(documents).toEqual(before);
});
