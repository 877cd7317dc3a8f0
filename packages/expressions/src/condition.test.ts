import { describe, expect, test } from "vitest";
import { evaluateCondition } from "./condition.ts";

const context = { a: 1, flag: true, word: "yes" };
const execution = {
  id: "E",
  trigger: { parameters: { x: "y", go: "true" } },
  stages: [{ id: "S", refId: "1", name: "Canary", status: "SUCCEEDED" }],
};

describe("evaluateCondition", () => {
  test.each([
    ["a == 1", true],
    ["a == 2", false],
    ["parameters.x == 'y'", true],
    ['"${parameters.x}" == "y"', true],
    ["${parameters.x == 'n'}", false],
    ["${ #stage('Canary')['status'].toString() == 'SUCCEEDED'}", true],
    ["#stage('Canary').status == 'SUCCEEDED'", true],
    ["${parameters.go}", true],
    ["parameters.go", true],
    ["'TRUE'", true],
    ["flag", true],
    ["  flag  ", true],
  ])("%s is %s", (expression, value) => {
    expect(evaluateCondition(expression, { context, execution })).toMatchObject({ value, errors: [] });
  });

  test.each([
    "a",
    "word",
    "'perhaps'",
    "nothing",
    "#stage('None').status",
    "a ==",
    "${nothing} == 1",
    "${nothing.x}",
    "1 / 0 > 1",
  ])("%s is neither true nor false", (expression) => {
    expect(evaluateCondition(expression, { context, execution }).value).toBeNull();
  });

  test("failures say why", () => {
    const { text, errors } = evaluateCondition("#stage('None').status", { context, execution });
    expect(text).toBe("${#stage('None').status}");
    expect(errors).toMatchObject([
      { level: "ERROR", description: expect.stringContaining("There is no stage 'None'") as string },
    ]);
    expect(evaluateCondition("nothing", { context }).errors[0]?.level).toBe("INFO");
  });

  test("empty text has no value and no problem", () => {
    expect(evaluateCondition("  ", { context })).toEqual({ value: null, text: "", errors: [] });
  });
});
