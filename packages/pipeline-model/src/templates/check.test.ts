import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { stageRules } from "../stages/registry.ts";
import { validatePipeline } from "../validate-pipeline.ts";

const found = (document: JsonObject) => {
  const { kind, problems } = validatePipeline(document, stageRules);
  return [
    kind,
    ...problems.map(
      ({ level, pointer, message, suggestion }) =>
        `${level} ${pointer} ${message}${suggestion === undefined ? "" : ` (${suggestion})`}`,
    ),
  ];
};
const template = (more: JsonObject): JsonObject => ({
  schema: "v2",
  id: "t",
  variables: [],
  pipeline: { stages: [] },
  ...more,
});

test("a template without faults has no problems", () => {
  const variables = [
    { name: "seconds", type: "int", defaultValue: 5 },
    { name: "tag", defaultValue: "${trigger.tag}", type: "string" },
  ];
  const stages = [{ type: "wait", refId: "1", waitTime: "${templateVariables.seconds}" }];
  expect(found(template({ variables, pipeline: { stages } }))).toEqual(["template"]);
});

test("a template's variables are checked: names once, types, defaults of their type", () => {
  const variables = [
    { name: "a", type: "int", defaultValue: "x" },
    { name: "a", type: "map", defaultValue: {} },
    { type: "int" },
  ];
  expect(found(template({ variables }))).toEqual([
    "template",
    "error /variables/2/name is required and must be a text",
    'error /variables/0/defaultValue must be of type int, but is the text "x"',
    'error /variables/1/name there is another variable "a"',
    'error /variables/1/defaultValue has the type "map", which does not exist; use one of int, integer, float, double, string, bool, boolean, list, object',
  ]);
});

test("a template's stages are checked like a pipeline's, with their places in the template", () => {
  const stages = [{ type: "wait", refId: "1", waitTime: "x", requisiteStageRefIds: ["9"] }];
  expect(found(template({ pipeline: { stages } }))).toEqual([
    "template",
    'error /pipeline/stages/0/waitTime must be a number, but is the text "x"',
    expect.stringContaining("error /pipeline/stages/0/requisiteStageRefIds") as string,
  ]);
});

test("a template variable that is not declared is noted where it is used", () => {
  const variables = [{ name: "region" }];
  expect(found(template({ variables, pipeline: { stages: [], name: "to ${templateVariables.regoin}" } }))).toEqual([
    "template",
    'note /pipeline/name uses the template variable "regoin", which is not declared (region)',
  ]);
});

const instance = (more: JsonObject): JsonObject => ({
  schema: "v2",
  type: "templatedPipeline",
  name: "n",
  application: "a",
  template: { reference: "spinnaker://t" },
  ...more,
});

test("an instance may inject stages and wait for stages of the template", () => {
  const stages = [
    { refId: "x", type: "wait", inject: { after: ["1"] } },
    { refId: "y", type: "wait", requisiteStageRefIds: ["1"] },
  ];
  expect(found(instance({ variables: { a: 1 }, exclude: ["triggers"], stages }))).toEqual(["templateInstance"]);
});

test("an instance's own fields are checked", () => {
  expect(
    found(
      instance({
        template: {},
        exclude: ["trigers"],
        variables: 5,
        stages: [{ refId: "x", type: "wait", inject: { after: "1" } }],
      }),
    ),
  ).toEqual([
    "templateInstance",
    "error /variables must be an object, but is 5",
    'error /exclude/0 must be one of triggers, parameters, notifications, but is the text "trigers"; did you mean "triggers"?',
    'error /stages/0/inject/after must be a list, but is the text "1"',
    'error /template/reference is required: it names the template, such as "spinnaker://my-template"',
  ]);
});

const v1 = { schema: "1", pipeline: { application: "a", template: { source: "file://t.yml" }, variables: {} } };

test("the first generation: a template, an instance, and an instance's configuration on its own", () => {
  const stages = [{ id: "a", type: "wait", config: { waitTime: "{{ seconds }}" } }];
  expect(found({ schema: "1", id: "t", metadata: {}, variables: [{ name: "seconds" }], stages })).toEqual([
    "templateV1",
  ]);
  expect(
    found({
      schema: "1",
      id: "t",
      variables: [{ name: "b", type: "int", defaultValue: "x" }],
      stages: [{ id: "a", config: {} }],
    }),
  ).toEqual([
    "templateV1",
    "error /stages/0/type is required and must be a text",
    'error /variables/0/defaultValue must be of type int, but is the text "x"',
  ]);
  expect(found(v1)).toEqual(["templateV1Config"]);
  expect(found({ ...v1, pipeline: { name: 5 } })).toEqual([
    "templateV1Config",
    "error /pipeline/application is required and must be a text",
  ]);
  expect(found({ type: "templatedPipeline", name: "n", application: "a", config: v1 })).toEqual(["templateV1Instance"]);
  expect(
    found({ type: "templatedPipeline", name: "n", application: "a", config: { ...v1, stages: [{ id: "x" }] } }),
  ).toContain("error /config/stages/0/type is required and must be a text");
});

test("a pipeline that says schema 1 stays a pipeline", () => {
  expect(found({ schema: "1", name: "n", application: "a", stages: [{ type: "wait", refId: "1" }] })).toEqual([
    "pipeline",
  ]);
});
