import { expect, test } from "vitest";
import type { JsonObject } from "@gennaker/contract/json.ts";
import { stageTimeout, taskDeadline } from "./deadline.ts";
import { child, simulate, stage } from "./testing/simulator.ts";

function running(context: JsonObject) {
  const simulator = simulate([stage("1", [], context)]);
  return {
    simulator,
    deadline: (refId = "1") => {
      const own = simulator.stage(refId);
      const task = own.tasks[0];
      return task === undefined ? Number.NaN : taskDeadline(simulator.execution, own, task);
    },
  };
}

test("a task's own limit counts from its start", () => {
  expect(running({}).deadline()).toBe(1_000 + 1_000);
});

test("stageTimeoutMs replaces it and counts from the stage's start, for tasks of synthetic stages as well", () => {
  const { deadline, simulator } = running({ stageTimeoutMs: 90_000, before: [child("first")] });
  expect(deadline("1<1")).toBe(91_000);
  simulator.now = 40_000;
  simulator.step();
  expect(deadline()).toBe(91_000);
  expect(stageTimeout(simulator.execution, simulator.stage("1<1"))?.stage.refId).toBe("1");
});

test("a limit that is no positive number is none, text that is one neither", () => {
  expect(running({ stageTimeoutMs: -1 }).deadline()).toBe(2_000);
  expect(running({ stageTimeoutMs: "soon" }).deadline()).toBe(2_000);
  expect(running({ stageTimeoutMs: "5000" }).deadline()).toBe(2_000);
});

test("paused time does not count, pauses before the task's start do not matter", () => {
  const { simulator, deadline } = running({ tasks: ["SUCCEEDED", "SUCCEEDED"] });
  simulator.now = 1_100;
  simulator.send({ type: "PauseExecution", user: "ann" });
  simulator.now = 61_100;
  simulator.send({ type: "ResumeExecution" });
  expect(deadline()).toBe(2_000 + 60_000);
  simulator.step();
  const own = simulator.stage("1");
  const second = own.tasks[1];
  expect(second && taskDeadline(simulator.execution, own, second)).toBe(61_100 + 1_000);
});

test("time spent outside of the stage's window does not count for stageTimeoutMs, and the window stage never times out", () => {
  const window = { type: "restrictExecutionDuringTimeWindow", name: "window", context: {} };
  const { simulator, deadline } = running({ stageTimeoutMs: 1_000, before: [window] });
  expect(deadline("1<1")).toBe(Number.POSITIVE_INFINITY);
  simulator.now = 31_000;
  simulator.step();
  expect(deadline()).toBe(2_000 + 30_000);
});
