import { describe, expect, test } from "vitest";
import { decisionOf, questionOf } from "./judgement.ts";
import { childExecution, explanationOf, explanationWithin, waitsUntil } from "./stage-words.ts";
import { makeStage } from "./testing.ts";

describe("explanations", () => {
  test("a failure comes before what a task waits for", () => {
    const found = explanationOf(makeStage("1", { status: "RUNNING", failure: "broken", waiting: "for rain" }));
    expect(found).toMatchObject({ kind: "failed", explanation: { message: "broken" } });
  });

  test("what an ended stage once waited for is not told any more", () => {
    expect(explanationOf(makeStage("1", { status: "SUCCEEDED", waiting: "for rain" }))).toBeNull();
  });

  test("a stage without own words has those of its deepest step", () => {
    const stages = [
      makeStage("1", { status: "RUNNING" }),
      makeStage("2", { status: "SUCCEEDED", parent: "1", waiting: "no" }),
      makeStage("3", { status: "RUNNING", parent: "1" }),
      makeStage("4", { status: "RUNNING", parent: "3", waiting: "for instances" }),
    ];
    expect(explanationWithin(stages[0] ?? makeStage("?"), stages)).toMatchObject({
      kind: "waits",
      explanation: { message: "for instances" },
    });
  });

  test.each([["until"], ["due"]])("the end of a wait is read from %s", (field) => {
    expect(
      waitsUntil(makeStage("1", { status: "RUNNING", waiting: "w", details: { [field]: "2026-05-04T00:00:01.000Z" } })),
    ).toBe(Date.parse("2026-05-04T00:00:01Z"));
  });

  test("no end is made up", () => {
    expect(waitsUntil(makeStage("1", { status: "RUNNING", waiting: "w", details: { until: "soon" } }))).toBeNull();
    expect(waitsUntil(makeStage("1", { status: "RUNNING" }))).toBeNull();
  });
});

test("only a pipeline stage has a child run", () => {
  expect(childExecution(makeStage("1", { type: "pipeline", context: { executionId: "01X" } }))).toBe("01X");
  expect(childExecution(makeStage("1", { type: "pipeline" }))).toBeNull();
  expect(childExecution(makeStage("1", { type: "wait", context: { executionId: "01X" } }))).toBeNull();
});

describe("manual judgement", () => {
  test("answers are objects with a value, as Spinnaker writes them, or texts", () => {
    expect(
      questionOf(
        makeStage("1", {
          context: { instructions: "Look", judgmentInputs: [{ value: "a" }, "b", { value: 3 }, null] },
        }),
      ),
    ).toEqual({ instructions: "Look", inputs: ["a", "b"] });
    expect(questionOf(makeStage("1"))).toEqual({ instructions: "", inputs: [] });
  });

  test("a decision names who made it", () => {
    expect(
      decisionOf(
        makeStage("1", { context: { judgmentStatus: "stop", judgmentInput: "storm" }, outputs: { judgedBy: "jiwoo" } }),
      ),
    ).toEqual({ decision: "stop", by: "jiwoo", input: "storm" });
    expect(
      decisionOf(makeStage("1", { context: { judgmentStatus: "continue", lastModifiedBy: { user: "minsu" } } })),
    ).toMatchObject({ by: "minsu", input: null });
    expect(decisionOf(makeStage("1"))).toBeNull();
  });
});
