import { expect, test } from "vitest";
import { evaluateCondition } from "./condition.ts";
import { evaluateTemplate } from "./evaluate.ts";

// The expressions that published Spinnaker pipelines (canary workshop, Istio canary) contain.
const stages = [
  {
    id: "S1",
    refId: "1",
    name: "Canary Analysis",
    type: "kayentaCanary",
    status: "SUCCEEDED",
    context: {},
    outputs: {},
  },
];
const execution = { id: "E", trigger: { parameters: { successRate: "70", hellotag: "v2" } }, stages };

test("parameters and template names are put in", () => {
  const template = {
    message: "${ parameters.successRate }",
    image: "hello:${ parameters.hellotag }",
    path: "${ namespace }/x",
  };
  expect(evaluateTemplate(template, { context: { namespace: "prod" }, execution })).toEqual({
    result: { message: "70", image: "hello:v2", path: "prod/x" },
    errors: [],
  });
});

test("a canary's status decides about the next stage", () => {
  const expression = "${ #stage('Canary Analysis')['status'].toString() == 'SUCCEEDED'}";
  expect(evaluateCondition(expression, { context: {}, execution }).value).toBe(true);
  const failed = { ...execution, stages: [{ ...stages[0], id: "S1", refId: "1", status: "TERMINAL" }] };
  expect(evaluateCondition(expression, { context: {}, execution: failed }).value).toBe(false);
});

test("a scope for the metrics store that nothing defines stays as it is", () => {
  expect(evaluateTemplate('{app="${scope}"}', { context: {} }).result).toBe('{app="${scope}"}');
});
