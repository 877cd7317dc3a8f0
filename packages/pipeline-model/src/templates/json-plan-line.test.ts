import { expect, test } from "vitest";
import { planLine } from "./json-plan-line.ts";

const template = {
  schema: "v2",
  variables: [{ name: "f", type: "float" }],
  pipeline: { stages: [], f: "${templateVariables.f}" },
};
const line = (instance: object) => JSON.stringify({ id: 7, template, instance });

test("a line with a template and an instance gives the pipeline under its id, numbers in the form they had", () => {
  const answer = planLine(line({ schema: "v2", application: "a", variables: { f: 0 } }).replace('"f":0', '"f":1.0'));
  expect(answer).toContain('"f":1.0');
  expect(JSON.parse(answer)).toMatchObject({
    id: 7,
    pipeline: { application: "a", f: 1, templateVariables: { f: 1 } },
  });
});

test("what cannot be planned gives an error with code, message and problems", () => {
  expect(JSON.parse(planLine(line({ schema: "v2", variables: { f: "x" } })))).toEqual({
    id: 7,
    error: {
      code: "invalid_template",
      message: '/instance/variables/f must be of type float, but is the text "x"',
      problems: [{ pointer: "/instance/variables/f", reason: 'must be of type float, but is the text "x"' }],
    },
  });
});

test.each([
  ["{", null, "invalid_json"],
  ["[]", null, "invalid_request"],
  ['{"id":1}', 1, "invalid_request"],
  ['{"id":"x","template":{}}', "x", "invalid_request"],
])("the line %s gives an error", (text, id, code) => {
  expect(JSON.parse(planLine(text))).toMatchObject({ id, error: { code } });
});
