import { describe, expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { advance } from "./advance.ts";
import { child, failing, haltBranch, ignore, scriptPlanner, simulate, stage } from "./testing/simulator.ts";

/** Rules found in Orca's handlers beyond the numbered list of `semantics.test.ts`; the names are those of the table in the README. */

describe("allowSiblingStagesToContinueOnFailure", () => {
  const soft = { ...failing, ...ignore };
  const lets = { ...soft, allowSiblingStagesToContinueOnFailure: true };
  const run = (first: JsonObject, parent: JsonObject = {}) => {
    const simulator = simulate([
      stage("1", [], { before: [child("a", first), child("b")], after: [child("c")], ...parent }),
      stage("2", ["1"]),
    ]);
    return { run: simulator.finish().status, ...simulator.statuses() };
  };

  test("a child whose failure is ignored ends its parent; later siblings and the parent's tasks never start", () => {
    const { "1<2": second, 1: parent, 2: next } = run(soft) as Record<string, string>;
    expect([second, parent, next]).toEqual(["NOT_STARTED", "FAILED_CONTINUE", "SUCCEEDED"]);
  });

  test("a child that says so lets its siblings, the parent's tasks and its after-stages run; the parent is FAILED_CONTINUE", () => {
    expect(run(lets)).toEqual({
      run: "SUCCEEDED",
      1: "FAILED_CONTINUE",
      2: "SUCCEEDED",
      "1<1": "FAILED_CONTINUE",
      "1<2": "SUCCEEDED",
      "1>1": "SUCCEEDED",
    });
  });

  test("the parent's own word does not count, and it changes nothing for a child that halts", () => {
    const { "1<2": ofParent } = run(soft, { allowSiblingStagesToContinueOnFailure: true }) as Record<string, string>;
    expect(ofParent).toBe("NOT_STARTED");
    const halted = run({ ...failing, allowSiblingStagesToContinueOnFailure: true }) as Record<string, string>;
    expect([halted["1<2"], halted["1"], halted["run"]]).toEqual(["NOT_STARTED", "TERMINAL", "TERMINAL"]);
  });

  test("of parallel children one that lets the others go on does not hold back what follows them", () => {
    const simulator = simulate([
      stage("1", [], { before: [child("a", lets, true), child("b", {}, true), child("c")] }),
    ]);
    simulator.finish((count) => count - 1);
    expect(simulator.statuses()).toMatchObject({ "1<2": "SUCCEEDED", "1<3": "SUCCEEDED", 1: "FAILED_CONTINUE" });
    expect(simulator.stage("1").tasks[0]?.status).toBe("SUCCEEDED");
  });
});

describe("completeOtherBranchesThenFail", () => {
  const flagged = { ...haltBranch, completeOtherBranchesThenFail: true };

  test("counts wherever a stage STOPPED, synthetic ones as well", () => {
    const simulator = simulate([stage("1", [], { before: [child("a", { ...failing, ...flagged })] }), stage("2")]);
    expect(simulator.finish().status).toBe("TERMINAL");
    expect(simulator.statuses()).toEqual({ 1: "STOPPED", "1<1": "STOPPED", 2: "SUCCEEDED" });
  });

  test("waits for every other branch, also for what those still start", () => {
    const simulator = simulate([stage("1", [], { ...failing, ...flagged }), stage("2"), stage("3", ["2"])]);
    simulator.step(0);
    expect(simulator.execution.status).toBe("RUNNING");
    expect(simulator.finish().status).toBe("TERMINAL");
    expect(simulator.statuses()).toEqual({ 1: "STOPPED", 2: "SUCCEEDED", 3: "SUCCEEDED" });
  });
});

describe("skip", () => {
  test("parts of a skipped stage that have not ended, or never begun, are SKIPPED; those that ended keep their status", () => {
    const simulator = simulate([stage("1", [], { before: [child("a"), child("b"), child("c")] }), stage("2", ["1"])]);
    simulator.step(0);
    simulator.send({ type: "ManualSkip", stageId: simulator.stage("1").id, reason: null });
    expect(simulator.finish().status).toBe("SUCCEEDED");
    expect(simulator.statuses()).toEqual({
      1: "SKIPPED",
      2: "SUCCEEDED",
      "1<1": "SUCCEEDED",
      "1<2": "SKIPPED",
      "1<3": "SKIPPED",
    });
  });

  test("a stage whose startTimeExpiry has passed when its turn comes is SKIPPED and what follows runs", () => {
    const simulator = simulate([
      stage("1", [], { startTimeExpiry: 999 }),
      stage("2", ["1"], { startTimeExpiry: 1_000 }),
    ]);
    expect(simulator.finish().status).toBe("SUCCEEDED");
    expect(simulator.statuses()).toEqual({ 1: "SKIPPED", 2: "SUCCEEDED" });
  });
});

test("a task whose time is up keeps what undoing its work left, and says when that failed", () => {
  const simulator = simulate([stage("1", [], { tasks: ["RUNNING"] })]);
  const failure = { code: "x", message: "What it had begun could not be undone: no answer" };
  const undone = { context: { told: true }, outputs: { left: 1, stageTimeoutMs: 5 }, failure };
  simulator.send({ type: "TimeOutTask", stageId: simulator.stage("1").id, taskId: "1", attempt: 1, undone });
  expect(simulator.stage("1")).toMatchObject({ status: "TERMINAL", context: { told: true }, outputs: { left: 1 } });
  expect(simulator.stage("1").failure?.message).toContain("timed out after 1 s. What it had begun");
});

test("a task's outputs do not pass on stageTimeoutMs", () => {
  const simulator = simulate([stage("1")]);
  simulator.step(0, { status: "SUCCEEDED", outputs: { a: 1, stageTimeoutMs: 5 } });
  expect(simulator.stage("1").outputs).toEqual({ a: 1 });
});

test("a run that begins later than its pipeline's startTimeExpiry is CANCELED with the reason; in time it runs", () => {
  const begin = (startTimeExpiry: string) => {
    const { execution } = simulate([stage("1")], { start: false });
    const late = { ...execution, initialConfig: { startTimeExpiry } };
    const env = { now: 2_000, newId: () => "x", planner: scriptPlanner };
    return advance(late, [{ type: "StartExecution", admitted: true }], env).execution;
  };
  expect(begin("1999")).toMatchObject({ status: "CANCELED", canceled: true, startTime: null, endTime: 2_000 });
  expect(begin("1999").cancellationReason).toContain("startTimeExpiry");
  expect(begin("2000").status).toBe("RUNNING");
});

test("after-stages are not planned any more once on-failure stages have run", () => {
  const parts = { onFailure: [child("undo", failing)], after: [child("later")] };
  const simulator = simulate([stage("1", [], { tasks: ["STOPPED"], ...ignore, ...parts })]);
  simulator.finish();
  expect(simulator.statuses()).toEqual({ 1: "FAILED_CONTINUE", "1>1": "TERMINAL" });
});

describe("a failure that continuePipeline ignores", () => {
  const tasks = (list: string[], more: JsonObject) => {
    const simulator = simulate([stage("1", [], { tasks: list, ...ignore, ...more })]);
    simulator.finish();
    return [simulator.stage("1").status, ...simulator.stage("1").tasks.map((task) => task.status)];
  };

  test("is followed by a task that gathers what there is, and by those behind it; others stay NOT_STARTED", () => {
    const three = ["TERMINAL", "SUCCEEDED", "SUCCEEDED"];
    expect(tasks(three, { gathers: 1 })).toEqual(["FAILED_CONTINUE", "FAILED_CONTINUE", "SUCCEEDED", "SUCCEEDED"]);
    expect(tasks(three, { gathers: 2 })).toEqual(["FAILED_CONTINUE", "FAILED_CONTINUE", "NOT_STARTED", "NOT_STARTED"]);
    const halting = { gathers: 1, continuePipeline: false };
    expect(tasks(three, halting)).toEqual(["STOPPED", "STOPPED", "NOT_STARTED", "NOT_STARTED"]);
  });

  test("is what the stage tells, not what failed because of it", () => {
    const simulator = simulate([stage("1", [], { tasks: ["TERMINAL", "TERMINAL"], ...ignore, gathers: 1 })]);
    simulator.step(0, { status: "TERMINAL", failure: { code: "first", message: "No build." } });
    const { id, tasks: all } = simulator.stage("1");
    const failure = { code: "second", message: "No artifacts." };
    const exception = { details: { errors: ["No artifacts."] } };
    const taskId = all[1]?.id ?? "";
    simulator.send({ type: "FailTask", stageId: id, taskId, attempt: 1, failure, exception });
    expect(simulator.stage("1")).toMatchObject({ status: "FAILED_CONTINUE", failure: { code: "first" } });
    expect(simulator.stage("1").tasks[1]?.status).toBe("FAILED_CONTINUE");
  });
});

test("on-failure stages go on counting behind after-stages that have run, each requires the one before it", () => {
  const simulator = simulate([
    stage("1", [], { after: [child("a"), child("b", failing)], onFailure: [child("undo"), child("tell")] }),
  ]);
  expect(simulator.finish().status).toBe("TERMINAL");
  expect(simulator.statuses()).toEqual({
    1: "TERMINAL",
    "1>1": "SUCCEEDED",
    "1>2": "TERMINAL",
    "1>3": "SUCCEEDED",
    "1>4": "SUCCEEDED",
  });
  expect(simulator.stage("1>4").requisites).toEqual(["1>3"]);
});

test("a branch that failed ends the others whose tasks still wait; what ended before keeps its status", () => {
  const simulator = simulate([
    stage("1", [], { tasks: ["RUNNING"] }),
    stage("2a"),
    stage("2b", ["2a"], failing),
    stage("3", ["1", "2b"]),
  ]);
  simulator.step(1);
  simulator.step(1);
  expect(simulator.finish().status).toBe("TERMINAL");
  expect(simulator.statuses()).toEqual({ 1: "CANCELED", "2a": "SUCCEEDED", "2b": "TERMINAL", 3: "NOT_STARTED" });
});

test("restartDetails keep the exception of the run before, and the stage begins without it", () => {
  const exception = { exceptionType: "X", details: { errors: ["broken"] } };
  const simulator = simulate([stage("1", [], failing)]);
  simulator.step(0, { status: "TERMINAL", context: { exception } });
  simulator.send({ type: "RestartStage", stageId: simulator.stage("1").id, user: "bob" });
  const { restartDetails, exception: now } = simulator.stage("1").context;
  expect([restartDetails, now]).toEqual([expect.objectContaining({ previousException: exception }), undefined]);
});
