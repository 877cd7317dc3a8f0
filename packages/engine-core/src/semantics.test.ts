import { describe, expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { child, failing, haltBranch, ignore, simulate, stage } from "./testing/simulator.ts";

/** Runs a pipeline whose stages do what their contexts say and gives its status and its stages' statuses. */
function outcome(...stages: JsonObject[]) {
  const simulator = simulate(stages);
  const { status } = simulator.finish();
  return { status, ...simulator.statuses() };
}

/** The numbers are those of the list of facts in the documentation of Orca's behaviour. */
describe("1: what a failed stage becomes", () => {
  test.each([
    ["both flags absent", {}, "TERMINAL", "TERMINAL"],
    ["failPipeline true", { failPipeline: true }, "TERMINAL", "TERMINAL"],
    ["failPipeline null", { failPipeline: null }, "TERMINAL", "TERMINAL"],
    ["halt branch", haltBranch, "STOPPED", "SUCCEEDED"],
    ["ignore", ignore, "FAILED_CONTINUE", "SUCCEEDED"],
    ["continue wins over failPipeline", { continuePipeline: true, failPipeline: true }, "FAILED_CONTINUE", "SUCCEEDED"],
    ["halt branch, fail at the end", { ...haltBranch, completeOtherBranchesThenFail: true }, "STOPPED", "TERMINAL"],
    [
      "completeOtherBranchesThenFail without STOPPED",
      { ...ignore, completeOtherBranchesThenFail: true },
      "FAILED_CONTINUE",
      "SUCCEEDED",
    ],
  ])("%s", (_name, flags, expected, run) => {
    expect(outcome(stage("1", [], { ...failing, ...flags }))).toEqual({ status: run, 1: expected });
  });

  test("a task that itself says CANCELED ends stage and run CANCELED", () => {
    expect(outcome(stage("1", [], { tasks: ["CANCELED"] }))).toEqual({ status: "CANCELED", 1: "CANCELED" });
    expect(outcome(stage("1", [], { tasks: ["CANCELED"], ...ignore }))).toEqual({
      status: "SUCCEEDED",
      1: "FAILED_CONTINUE",
    });
  });
});

test("2: a failed expression ends the stage TERMINAL whatever the flags, and only with failOnFailedExpressions", () => {
  const bad = { badExpression: true, ...ignore };
  expect(outcome(stage("1", [], { ...bad, failOnFailedExpressions: true }))).toEqual({
    status: "TERMINAL",
    1: "TERMINAL",
  });
  expect(outcome(stage("1", [], bad))).toEqual({ status: "SUCCEEDED", 1: "SUCCEEDED" });
});

describe("3: halting and stopping", () => {
  test("TERMINAL cancels what runs and leaves what has not begun", () => {
    const simulator = simulate([stage("1", [], failing), stage("2"), stage("3", ["2"]), stage("4", ["1"])]);
    simulator.step(0);
    expect(simulator.execution.status).toBe("RUNNING");
    expect(simulator.finish().status).toBe("TERMINAL");
    expect(simulator.statuses()).toEqual({ 1: "TERMINAL", 2: "CANCELED", 3: "NOT_STARTED", 4: "NOT_STARTED" });
  });

  test("STOPPED leaves only its descendants; a join behind it never starts", () => {
    expect(
      outcome(stage("1", [], { ...failing, ...haltBranch }), stage("2"), stage("3", ["2"]), stage("4", ["1", "3"])),
    ).toEqual({
      status: "SUCCEEDED",
      1: "STOPPED",
      2: "SUCCEEDED",
      3: "SUCCEEDED",
      4: "NOT_STARTED",
    });
  });

  test("a cancelable stage is undone before the run ends", () => {
    const simulator = simulate([stage("1", [], failing), stage("2", [], { cancellable: true })]);
    simulator.step(0);
    simulator.step(0);
    expect(simulator.begun).toContain("2/cancel");
    expect(simulator.stage("2").status).toBe("RUNNING");
    expect(simulator.finish().status).toBe("TERMINAL");
    expect(simulator.stage("2").status).toBe("CANCELED");
  });
});

describe("4: parallel before-stages are all run; the flags of the failed one decide for it, the parent's for the parent", () => {
  const precondition = (context: JsonObject) => child("precondition", context, true);
  test.each([
    ["one fails", [{ ...failing, failPipeline: true }, {}], {}, "TERMINAL", "TERMINAL", ["TERMINAL", "SUCCEEDED"]],
    [
      "one fails softly",
      [{ ...failing, failPipeline: false }, {}],
      {},
      "STOPPED",
      "SUCCEEDED",
      ["STOPPED", "SUCCEEDED"],
    ],
    ["one fails, the parent ignores", [failing, {}], ignore, "FAILED_CONTINUE", "SUCCEEDED", ["TERMINAL", "SUCCEEDED"]],
    ["none", [], {}, "SKIPPED", "SUCCEEDED", []],
  ] as const)("%s", (_name, children, flags, parent, run, expected) => {
    const simulator = simulate([
      stage("1", [], { tasks: [], before: children.map((each) => precondition({ ...each })), ...flags }),
    ]);
    expect(simulator.runs()).toHaveLength(children.length);
    expect(simulator.finish().status).toBe(run);
    expect(simulator.stage("1").status).toBe(parent);
    expect(children.map((_child, index) => simulator.stage(`1<${index + 1}`).status)).toEqual(expected);
  });
});

test("5: a disabled stage is SKIPPED without tasks and children, and what follows runs", () => {
  const simulator = simulate([stage("1", [], { disabled: true, before: [child("never")] }), stage("2", ["1"])]);
  expect(simulator.finish().status).toBe("SUCCEEDED");
  expect(simulator.statuses()).toEqual({ 1: "SKIPPED", 2: "SUCCEEDED" });
  expect(simulator.stage("1").tasks).toEqual([]);
});

describe("6: cancel and pause", () => {
  const cancel = { type: "CancelExecution", user: "ann", reason: "why" } as const;

  test("cancel ends running stages CANCELED even with continuePipeline, keeps finished ones, and does nothing after the end", () => {
    const simulator = simulate([stage("1"), stage("2", ["1"], ignore)]);
    simulator.step();
    simulator.send(cancel);
    expect(simulator.execution.status).toBe("RUNNING");
    expect(simulator.finish()).toMatchObject({ status: "CANCELED", canceledBy: "ann", cancellationReason: "why" });
    expect(simulator.statuses()).toEqual({ 1: "SUCCEEDED", 2: "CANCELED" });
    const over = simulate([stage("1")]);
    over.finish();
    over.send(cancel);
    expect(over.execution).toMatchObject({ status: "SUCCEEDED", canceled: false });
  });

  test("pause makes run and stages PAUSED, results wait, cancel while paused ends CANCELED", () => {
    const simulator = simulate([stage("1"), stage("2", ["1"])]);
    const run = simulator.runs()[0];
    simulator.send({ type: "PauseExecution", user: "ann" });
    expect(simulator.statuses()).toEqual({ 1: "PAUSED", 2: "NOT_STARTED" });
    simulator.send({
      type: "RecordTask",
      stageId: run?.stageId ?? "",
      taskId: "1",
      attempt: 1,
      outcome: { status: "SUCCEEDED", outputs: { a: 1 } },
    });
    expect(simulator.stage("1").outputs).toEqual({ a: 1 });
    expect(simulator.begun).toEqual(["1/1/1"]);
    simulator.send({ type: "ResumeExecution" });
    expect(simulator.begun).toEqual(["1/1/1", "2/1/1"]);
    simulator.send({ type: "PauseExecution", user: "ann" });
    simulator.send(cancel);
    expect(simulator.finish().status).toBe("CANCELED");
  });

  test("a run that has not begun is canceled at once", () => {
    const simulator = simulate([stage("1")], { start: false });
    simulator.send(cancel);
    expect(simulator.execution.status).toBe("CANCELED");
    expect(simulator.statuses()).toEqual({ 1: "NOT_STARTED" });
  });
});

describe("7: restart", () => {
  const restart = (simulator: ReturnType<typeof simulate>, refId: string) =>
    simulator.send({ type: "RestartStage", stageId: simulator.stage(refId).id, user: "bob" });

  test("resets the stage and everything downstream, not siblings, with a new attempt and the details", () => {
    const simulator = simulate([stage("1"), stage("2", ["1"], failing), stage("3", ["2"])]);
    simulator.finish();
    simulator.now = 5_000;
    restart(simulator, "2");
    expect(simulator.execution).toMatchObject({ status: "RUNNING", endTime: null });
    const details = { restartedBy: "bob", restartTime: 5_000 };
    expect(simulator.stage("2").context["restartDetails"]).toEqual({ ...details, previousException: null });
    simulator.step(0, { status: "SUCCEEDED" });
    expect(simulator.finish().status).toBe("SUCCEEDED");
    expect(simulator.begun).toEqual(["1/1/1", "2/1/1", "2/1/2", "3/1/2"]);
  });

  test("a sibling that was CANCELED stays so, and the run ends CANCELED", () => {
    const simulator = simulate([stage("1", [], failing), stage("2")]);
    simulator.finish();
    restart(simulator, "1");
    simulator.step(0, { status: "SUCCEEDED" });
    expect(simulator.finish().status).toBe("CANCELED");
    expect(simulator.statuses()).toEqual({ 1: "SUCCEEDED", 2: "CANCELED" });
  });

  test("a stage elsewhere that was about to begin when the run was canceled begins too", () => {
    const simulator = simulate([stage("1", [], { cancellable: true }), stage("2", ["1"]), stage("3")]);
    simulator.send({ type: "ManualSkip", stageId: simulator.stage("1").id, reason: null });
    simulator.step();
    simulator.send({ type: "PauseExecution", user: "ann" });
    simulator.step();
    simulator.send({ type: "CancelExecution", user: "ann", reason: null });
    simulator.finish();
    expect(simulator.statuses()).toEqual({ 1: "SKIPPED", 2: "NOT_STARTED", 3: "CANCELED" });
    restart(simulator, "3");
    expect(simulator.finish().status).toBe("SUCCEEDED");
    expect(simulator.statuses()).toEqual({ 1: "SKIPPED", 2: "SUCCEEDED", 3: "SUCCEEDED" });
  });

  test("behind a failed stage nothing starts and the run ends as before", () => {
    const simulator = simulate([stage("1", [], failing), stage("2", ["1"])]);
    simulator.finish();
    restart(simulator, "2");
    expect(simulator.execution.status).toBe("TERMINAL");
    expect(simulator.statuses()).toEqual({ 1: "TERMINAL", 2: "NOT_STARTED" });
  });

  test("of a running stage is ignored; of a synthetic stage acts on its parent; a canceled run can be restarted", () => {
    const simulator = simulate([stage("1", [], { before: [child("first")] })]);
    restart(simulator, "1");
    expect(simulator.begun).toHaveLength(1);
    simulator.send({ type: "CancelExecution", user: "ann", reason: null });
    simulator.finish();
    restart(simulator, "1<1");
    expect(simulator.execution).toMatchObject({ status: "RUNNING", canceled: false });
    expect(simulator.finish().status).toBe("SUCCEEDED");
    expect(simulator.begun).toEqual(["1<1/1/1", "1<1/1/1", "1/1/2"]);
  });
});

describe("8: timeouts", () => {
  const timeOut = (context: JsonObject) => {
    const simulator = simulate([stage("1", [], { tasks: ["RUNNING"], stageTimeoutMs: 500, ...context })]);
    simulator.send({ type: "TimeOutTask", stageId: simulator.stage("1").id, taskId: "1", attempt: 1 });
    return simulator;
  };
  test.each([
    ["", {}, "TERMINAL"],
    ["by the flags", ignore, "FAILED_CONTINUE"],
    ["markSuccessfulOnTimeout", { markSuccessfulOnTimeout: true }, "SUCCEEDED"],
  ])("%s", (_name, context, expected) => {
    expect(timeOut(context).stage("1").status).toBe(expected);
  });
  test("says so in words and in the exception", () => {
    const { failure, context } = timeOut({}).stage("1");
    expect(failure?.message).toBe('Task "task 1" of stage "stage 1" timed out after 0.5 s.');
    expect(context["exception"]).toMatchObject({ exceptionType: "TimeoutException" });
  });
});

test("a parent restarted because of its child keeps the child's id and is told not to start another", () => {
  const simulator = simulate([stage("1", [], failing)]);
  simulator.step(0, { status: "TERMINAL", context: { executionId: "child", other: 1 } });
  simulator.send({ type: "RestartStage", stageId: simulator.stage("1").id, user: "bob", skipChild: true });
  expect(simulator.stage("1").context).toMatchObject({ _skipPipelineRestart: true, executionId: "child" });
  expect(simulator.stage("1").context).not.toHaveProperty("other");
});
