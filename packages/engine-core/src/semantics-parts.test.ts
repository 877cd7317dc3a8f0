import { describe, expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { child, failing, ignore, simulate, stage } from "./testing/simulator.ts";

/** Runs a pipeline whose stages do what their contexts say and gives its status and its stages' statuses. */
function outcome(...stages: JsonObject[]) {
  const simulator = simulate(stages);
  const { status } = simulator.finish();
  return { status, ...simulator.statuses() };
}

/** Continues `semantics.test.ts`: odd pipelines, tasks, synthetic stages. */
describe("11: odd pipelines always come to an end", () => {
  test.each([
    ["no stages", [], "TERMINAL", {}],
    [
      "no stage without requirements",
      [stage("1", ["2"]), stage("2", ["1"])],
      "TERMINAL",
      { 1: "NOT_STARTED", 2: "NOT_STARTED" },
    ],
    [
      "a requirement that does not exist",
      [stage("1"), stage("2", ["9"])],
      "TERMINAL",
      { 1: "SUCCEEDED", 2: "NOT_STARTED" },
    ],
    [
      "a cycle beside a good root",
      [stage("1"), stage("2", ["1", "3"]), stage("3", ["2"])],
      "TERMINAL",
      { 1: "SUCCEEDED", 2: "NOT_STARTED", 3: "NOT_STARTED" },
    ],
    [
      "a missing one among good requirements",
      [stage("1"), stage("2", ["1", "9"])],
      "SUCCEEDED",
      { 1: "SUCCEEDED", 2: "SUCCEEDED" },
    ],
    ["a stage that requires itself", [stage("1"), stage("2", ["2"])], "TERMINAL", { 1: "SUCCEEDED", 2: "NOT_STARTED" }],
    ["a stage that cannot be planned", [stage("1", [], { unplannable: true })], "TERMINAL", { 1: "TERMINAL" }],
  ])("%s", (_name, stages, status, expected) => {
    expect(outcome(...stages)).toEqual({ status, ...expected });
  });

  test("the reason is told, and stages of the same refId both run", () => {
    const simulator = simulate([stage("1"), stage("2", ["9"])]);
    simulator.finish();
    expect(simulator.execution.failure?.message).toContain('"stage 2" (2)');
    expect(simulator.stage("2").failure?.message).toContain('requires "9"');
    const twins = simulate([stage("1"), stage("1"), stage("2", ["1"])]);
    expect(twins.runs()).toHaveLength(2);
    twins.finish();
    expect(twins.begun).toEqual(["1/1/1", "1/1/1", "2/1/1"]);
  });

  test("a pipeline without refIds runs in the order of its list; numbers count as refIds", () => {
    const linear = simulate([{ type: "test" }, { type: "test" }]);
    linear.finish();
    expect(linear.begun).toEqual(["0/1/1", "1/1/1"]);
    const numbers = simulate([
      { type: "test", refId: 1 },
      { type: "test", refId: 2, requisiteStageRefIds: [1] },
    ]);
    numbers.finish();
    expect(numbers.begun).toEqual(["1/1/1", "2/1/1"]);
  });
});

describe("12: tasks", () => {
  const tasks = (...list: string[]) => {
    const simulator = simulate([stage("1", [], { tasks: list })]);
    simulator.finish();
    const { status, tasks: done } = simulator.stage("1");
    return [status, ...done.map((task) => task.status)];
  };
  test.each([
    [
      ["TERMINAL", "SUCCEEDED"],
      ["TERMINAL", "TERMINAL", "NOT_STARTED"],
    ],
    [
      ["STOPPED", "SUCCEEDED"],
      ["STOPPED", "STOPPED", "NOT_STARTED"],
    ],
    [
      ["FAILED_CONTINUE", "SUCCEEDED"],
      ["FAILED_CONTINUE", "FAILED_CONTINUE", "SUCCEEDED"],
    ],
    [
      ["SKIPPED", "SKIPPED"],
      ["SUCCEEDED", "SKIPPED", "SKIPPED"],
    ],
    [[], ["SKIPPED"]],
  ])("%j", (list, expected) => {
    expect(tasks(...list)).toEqual(expected);
  });

  test("the failure rule ends the stage at the task that failed", () => {
    const simulator = simulate([stage("1", [], { tasks: ["TERMINAL", "SUCCEEDED"], ...ignore })]);
    simulator.finish();
    expect(simulator.stage("1").tasks.map((task) => task.status)).toEqual(["FAILED_CONTINUE", "NOT_STARTED"]);
  });

  test("REDIRECT goes back to the loop's start, each turn with a new attempt", () => {
    const simulator = simulate([stage("1", [], { tasks: ["SUCCEEDED", "SUCCEEDED", "REDIRECT"], loopStart: 1 })]);
    simulator.finish();
    expect(simulator.begun).toEqual(["1/1/1", "1/2/1", "1/3/1", "1/2/2", "1/3/2", "1/2/3", "1/3/3", "1/2/4", "1/3/4"]);
    expect(simulator.execution.status).toBe("SUCCEEDED");
  });
});

describe("13: synthetic stages", () => {
  test("before, tasks, after, in this order, with Spinnaker's refIds, to any depth", () => {
    const simulator = simulate([
      stage("2", [], {
        before: [child("a", { before: [child("deep")] }), child("b")],
        after: [child("c"), child("d")],
      }),
    ]);
    simulator.finish();
    expect(simulator.begun.map((key) => key.replace("/1/1", ""))).toEqual(["2<1<1", "2<1", "2<2", "2", "2>1", "2>2"]);
  });

  test("neighbours that are parallel start together", () => {
    const simulator = simulate([
      stage("1", [], { tasks: [], before: [child("a"), child("b", {}, true), child("c", {}, true), child("d")] }),
    ]);
    simulator.step();
    expect(simulator.runs()).toHaveLength(2);
    simulator.step();
    expect(simulator.runs()).toHaveLength(1);
    simulator.finish();
    expect(simulator.stage("1<4").requisites).toEqual(["1<2", "1<3"]);
    expect(simulator.execution.status).toBe("SUCCEEDED");
  });

  test.each([
    ["TERMINAL", "TERMINAL", "TERMINAL"],
    ["STOPPED", "STOPPED", "SUCCEEDED"],
    ["CANCELED", "CANCELED", "CANCELED"],
    ["FAILED_CONTINUE", "FAILED_CONTINUE", "SUCCEEDED"],
  ])("a parent takes %s of a before-stage; later siblings and its tasks stay NOT_STARTED", (status, parent, run) => {
    const simulator = simulate([stage("1", [], { before: [child("a", { tasks: [status] }), child("b")] })]);
    expect(simulator.finish().status).toBe(run);
    expect(simulator.statuses()).toEqual({ 1: parent, "1<1": status, "1<2": "NOT_STARTED" });
    expect(simulator.stage("1").tasks[0]?.status).toBe("NOT_STARTED");
  });

  const cleanUp = { onFailure: [child("undo"), child("tell")], after: [child("later")] };
  test.each([
    ["TERMINAL", {}, ["1", "1>1", "1>2"], "TERMINAL"],
    ["STOPPED", {}, ["1", "1>1", "1>2"], "STOPPED"],
    ["TERMINAL", ignore, ["1", "1>1"], "FAILED_CONTINUE"],
    ["CANCELED", {}, ["1"], "CANCELED"],
    ["SUCCEEDED", {}, ["1", "1>1"], "SUCCEEDED"],
  ])("on-failure stages after %s %j: %j run", (status, flags, ran, parent) => {
    const simulator = simulate([stage("1", [], { tasks: [status], ...cleanUp, ...flags })]);
    simulator.finish();
    expect(simulator.begun.map((key) => key.replace("/1/1", ""))).toEqual(ran);
    expect(simulator.stage("1").status).toBe(parent);
  });

  test("on-failure stages also follow a failed before-stage and failed planning; when one fails the rest stay NOT_STARTED", () => {
    const before = simulate([stage("1", [], { before: [child("bad", { ...failing })], onFailure: [child("undo")] })]);
    before.finish();
    expect(before.statuses()).toEqual({ 1: "TERMINAL", "1<1": "TERMINAL", "1>1": "SUCCEEDED" });
    const planning = simulate([
      stage("1", [], { unplannable: true, onFailure: [child("undo", { ...failing }), child("tell")] }),
    ]);
    planning.finish();
    expect(planning.statuses()).toEqual({ 1: "TERMINAL", "1>1": "TERMINAL", "1>2": "NOT_STARTED" });
  });

  test("a parent's failure names the child at fault", () => {
    const simulator = simulate([stage("1", [], { before: [child("check")] })]);
    simulator.step(0, { status: "TERMINAL", failure: { code: "x", message: "too few." } });
    expect(simulator.stage("1").failure?.message).toBe("check: too few.");
  });
});

test("a stage that a person skips in its middle undoes what it had begun, and the run goes on", () => {
  const simulator = simulate([stage("1", [], { cancellable: true }), stage("2", ["1"])]);
  simulator.send({ type: "ManualSkip", stageId: simulator.stage("1").id, reason: "not today" });
  expect(simulator.finish().status).toBe("SUCCEEDED");
  expect(simulator.statuses()).toEqual({ 1: "SKIPPED", 2: "SUCCEEDED" });
  expect(simulator.begun).toContain("1/cancel");
});
