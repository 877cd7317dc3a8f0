import { describe, expect, test } from "vitest";
import { child, ignore, simulate, stage } from "./testing/simulator.ts";

describe("failOnFailedExpressions", () => {
  const strict = { failOnFailedExpressions: true };

  test("what could not be evaluated when the stage began but can be once a task has ended does not fail it", () => {
    const simulator = simulate([
      stage("1", [], { ...strict, badExpression: "late", tasks: ["SUCCEEDED", "SUCCEEDED"] }),
    ]);
    expect(simulator.stage("1").context["expressionEvaluationSummary"]).toBeDefined();
    simulator.step(0, { status: "SUCCEEDED", context: { known: true } });
    expect(simulator.stage("1").context["expressionEvaluationSummary"]).toBeUndefined();
    expect(simulator.stage("1").unresolved).toEqual([]);
    expect(simulator.finish().status).toBe("SUCCEEDED");
  });

  test("the tasks run, then the stage is TERMINAL whatever its flags, says why, and its on-failure stages run", () => {
    const simulator = simulate([
      stage("1", [], { ...strict, ...ignore, badExpression: true, onFailure: [child("undo")] }),
    ]);
    expect(simulator.finish().status).toBe("TERMINAL");
    const { tasks, failure, context } = simulator.stage("1");
    expect(tasks.map(({ status }) => status)).toEqual(["SUCCEEDED"]);
    expect(failure).toMatchObject({
      code: "stage.failedExpressions",
      message: expect.stringContaining("It cannot be"),
    });
    expect(simulator.stage("1>1").status).toBe("SUCCEEDED");
    expect(context["exception"]).toMatchObject({ details: { errors: ["It cannot be evaluated."] } });
  });

  test("only the JSON value true counts, and a stage without it shows the errors and goes on", () => {
    const simulator = simulate([stage("1", [], { failOnFailedExpressions: "true", badExpression: true })]);
    expect(simulator.finish().status).toBe("SUCCEEDED");
    const exception = { details: { error: "Failed Expression Evaluation", errors: ["It cannot be evaluated."] } };
    expect(simulator.stage("1").context["exception"]).toEqual(exception);
  });

  test("errors of expressions stand behind those of the task", () => {
    const exception = { exceptionType: "X", details: { error: "Unexpected Task Failure", errors: ["broken"] } };
    const simulator = simulate([stage("1", [], { badExpression: true })]);
    simulator.step(0, { status: "TERMINAL", context: { exception } });
    expect(simulator.stage("1").context["exception"]).toEqual({
      exceptionType: "X",
      details: { error: "Unexpected Task Failure", errors: ["broken", "It cannot be evaluated."] },
    });
  });
});
